"""The page behind Income → Today, and the panel on Wagtail's home page."""
