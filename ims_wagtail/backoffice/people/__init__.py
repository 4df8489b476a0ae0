"""The people who work here: what they may use, and what they may do."""
