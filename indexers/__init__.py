"""How the stores come to hold the data: sources, extraction, the layout and the writers. It knows no GraphQL."""
