"""Packs of evidence for auditors: a sample of transactions with everything behind them."""
