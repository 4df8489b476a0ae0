"""Payments that staff take for somebody: a card by telephone, or a link sent by e-mail."""
