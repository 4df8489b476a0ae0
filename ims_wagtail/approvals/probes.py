"""What may be stuck between two people."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .authority import authorities
from .enums import ApprovalState
from .models import Approval


#: How long past its time a request may wait before the daily command is taken not to run.
EXPIRY_LATE = timedelta(days=2)


@probe(Looks.SETUP)
def waiting(using: str) -> Iterator[Finding]:
    """Find requests that should have expired, and those only an administrator may decide about."""
    requests = list(
        Approval.objects.using(using).filter(state=ApprovalState.WAITING).prefetch_related("funds")
    )
    now = timezone.now()
    late = sum(request.expires_at < now - EXPIRY_LATE for request in requests)
    if late:
        yield _late(late)
    in_time = [request for request in requests if request.expires_at > now]
    people = authorities() if in_time else []
    stuck = sum(
        all(one.why_not(request, [fund.pk for fund in request.funds.all()]) for one in people)
        for request in in_time
    )
    if stuck:
        yield _stuck(stuck)


def _late(number: int) -> Finding:
    """Say that the daily command doesn't run."""
    return Finding(
        "ims_approvals.W001",
        Severity.WARNING,
        ngettext(
            "One request should have expired, and still keeps back what it is about.",
            "%(count)s requests should have expired, and still keep back what they are about.",
            number,
        )
        % {"count": number},
        _("Run “manage.py ims_expire_approvals” daily."),
        about=Approval,
    )


def _stuck(number: int) -> Finding:
    return Finding(
        "ims_approvals.W002",
        Severity.WARNING,
        ngettext(
            "One request waits for approval, and nobody but an administrator may decide.",
            "%(count)s requests wait for approval, and nobody but an administrator may decide.",
            number,
        )
        % {"count": number},
        _(
            "Give somebody else the right to approve in all of its funds, or raise the limit of "
            "their group."
        ),
        about=Approval,
    )
