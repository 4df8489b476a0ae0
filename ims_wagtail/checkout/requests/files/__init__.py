"""Requests to pay from a file: read, checked as a whole, made in the background."""
