"""The resident's journey in plain views, one module per step."""
