"""Services elsewhere, played by small servers on this machine behind the real clients.

Their answers have the shapes of the services' public documentation, written by us.
"""
