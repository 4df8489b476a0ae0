"""Why something can't be done with suspense. The words are fit to show to staff."""


class SuspenseRefused(Exception):
    """Nothing was done; the message says why."""
