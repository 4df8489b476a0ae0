"""Choices of the corrections room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CorrectionKind(TextChoices):
    """What a correction is for; each has permissions and limits of its own."""

    JOURNAL = "journal", _("Journal")
    TRANSFER = "transfer", _("Transfer")
    WRITE_OFF = "write_off", _("Write-off")


class CorrectionState(TextChoices):
    """Where a correction stands. Only one that waits may become anything else."""

    WAITING = "waiting", _("Waiting for approval")
    POSTED = "posted", _("Posted")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
