"""Search engines: which rows match, how many, and in which order. They know Selections, not GraphQL."""
