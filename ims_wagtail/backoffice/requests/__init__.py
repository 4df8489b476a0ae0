"""Requests to pay as staff make, send, approve and follow them."""
