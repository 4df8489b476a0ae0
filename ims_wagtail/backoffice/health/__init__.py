"""The Health page: what is missing or contradictory, before residents find out."""
