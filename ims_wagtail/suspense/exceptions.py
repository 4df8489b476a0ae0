"""Why something can't be done with suspense. The words are fit to show to staff."""

from ims_wagtail.corrections.exceptions import CorrectionRefused


class SuspenseRefused(CorrectionRefused):
    """Nothing was done; the message says why."""
