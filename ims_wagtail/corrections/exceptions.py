"""Why money can't be moved. The words are fit to show to staff."""


class CorrectionRefused(Exception):
    """Nothing was done; the message says why."""
