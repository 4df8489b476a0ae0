"""Why a refund can't be asked for or changed. The words are fit to show to staff."""


class RefundRefused(Exception):
    """Nothing was done; the message says why."""
