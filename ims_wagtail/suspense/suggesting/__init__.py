"""Whose money it may be: accounts suggested for items, each with a reason and a score."""
