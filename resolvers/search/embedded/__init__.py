"""The embedded engine: boolean arrays over memory-mapped columns, one array per level."""
