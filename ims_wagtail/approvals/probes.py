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
def expiry(using: str) -> Iterator[Finding]:
    """Find requests that should have expired: the daily command doesn't run."""
    late = (
        Approval.objects.using(using)
        .filter(state=ApprovalState.WAITING, expires_at__lt=timezone.now() - EXPIRY_LATE)
        .count()
    )
    if late:
        yield Finding(
            "ims_approvals.W001",
            Severity.WARNING,
            ngettext(
                "One request should have expired, and still keeps back what it is about.",
                "%(count)s requests should have expired, and still keep back what they are about.",
                late,
            )
            % {"count": late},
            _("Run “manage.py ims_expire_approvals” daily."),
            about=Approval,
        )


@probe(Looks.SETUP)
def approvers(using: str) -> Iterator[Finding]:
    """Find requests about which nobody but an administrator may decide."""
    waiting = Approval.objects.using(using).filter(
        state=ApprovalState.WAITING, expires_at__gt=timezone.now()
    )
    people = authorities()
    stuck = sum(
        all(one.why_not(approval, [fund.pk for fund in approval.funds.all()]) for one in people)
        for approval in waiting.prefetch_related("funds")
    )
    if stuck:
        yield Finding(
            "ims_approvals.W002",
            Severity.WARNING,
            ngettext(
                "One request waits for approval, and nobody but an administrator may decide.",
                "%(count)s requests wait for approval, and nobody but an administrator may decide.",
                stuck,
            )
            % {"count": stuck},
            _(
                "Give somebody else the right to approve in all of its funds, or raise the limit "
                "of their group."
            ),
            about=Approval,
        )
