"""How a question is answered: selections, the hierarchy, records, and the engines behind them."""
