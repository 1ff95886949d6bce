"""An independent reading of the contract's filters, orders and counts, to compare the engine's answers with."""
