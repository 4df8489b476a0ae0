"""``make chaos``: payments through a real site while everything around it breaks."""
