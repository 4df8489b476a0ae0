"""Screens of prices: what they are and will be, entering, approving, uploading."""
