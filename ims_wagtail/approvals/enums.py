"""Choices of the approvals room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApprovalState(TextChoices):
    """Where a request stands. Only one that waits may become anything else."""

    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    NOT_NEEDED = "not_needed", _("Done without a second person")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


#: States in which what was asked for goes ahead.
GOES_AHEAD = (ApprovalState.APPROVED, ApprovalState.NOT_NEEDED)
#: States a person other than the asker decided.
DECIDED_BY_ANOTHER = (ApprovalState.APPROVED, ApprovalState.REJECTED)
