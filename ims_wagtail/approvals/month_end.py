"""What of a month still waits for a second person, told before the month is closed."""

from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.clock import LONDON
from ims_wagtail.ledger.periods import OpenMatter

from .enums import ApprovalState
from .models import Approval


def waiting_approvals(first: date, last: date) -> OpenMatter | None:
    """Return how many requests of the month, or from before it, nobody has decided about."""
    over = datetime.combine(last + timedelta(days=1), time(), tzinfo=LONDON)
    asked = Approval.objects.filter(state=ApprovalState.WAITING, requested_at__lt=over)
    if not (number := asked.count()):
        return None
    url = reverse("ims_approvals:index")
    return OpenMatter(_("Requests that wait for approval"), f"{number:,}", url)
