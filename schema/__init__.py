"""The contract: GraphQL types, where-inputs and the attribute table. It knows no engine, no database and no HTTP."""
