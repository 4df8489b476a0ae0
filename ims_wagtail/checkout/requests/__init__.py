"""Requests to pay: links that ask somebody to pay for one thing, made by staff."""
