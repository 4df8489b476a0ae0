"""Why a file of journals is not taken in. The words are fit to show to staff."""

from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import JournalUpload

from .checking import CheckedFile


class LinesRefused(CorrectionRefused):
    """Something is wrong with some of the lines, so none was taken in."""

    def __init__(self, checked: CheckedFile) -> None:
        super().__init__()
        self.checked = checked


class AlreadyTakenIn(CorrectionRefused):
    """The same journals wait or are posted already."""

    def __init__(self, upload: JournalUpload) -> None:
        super().__init__()
        self.upload = upload
