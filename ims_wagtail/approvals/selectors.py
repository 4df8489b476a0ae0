"""Reading requests."""

from typing import Any

from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.funds.models import Fund

from . import kinds
from .authority import authority_of
from .enums import ApprovalState
from .models import Approval, ApprovalFund


def for_subject(subject: str) -> Approval | None:
    """Return the latest request about a subject such as ``refund:12``."""
    asked = Approval.objects.filter(subject=subject).select_related("requested_by", "decided_by")
    return asked.order_by("-pk").first()


def funds_of(approval: Approval) -> list[int]:
    """Return the ids of the funds a request is about."""
    rows = ApprovalFund.objects.filter(approval=approval).order_by("fund_id")
    return list(rows.values_list("fund_id", flat=True))


def may_decide_at_all(user: Any) -> bool:
    """Say whether a person has the right to approve any kind in any fund."""
    return bool(scope_of(user, *(kind.approve for kind in kinds.every())))


def waiting_for(user: Any) -> list[int]:
    """Return the ids of the requests a person may decide about now; five queries at most."""
    if not may_decide_at_all(user):
        return []
    authority = authority_of(user)
    waiting = Approval.objects.filter(state=ApprovalState.WAITING).exclude(requested_by=user)
    return [
        approval.pk
        for approval in waiting.order_by("pk").prefetch_related("funds")
        if not authority.why_not(approval, [fund.pk for fund in approval.funds.all()])
    ]


def funds_seen_by(user: Any, approval: Approval) -> list[Fund]:
    """Return the funds a request is about, as far as the user works in them."""
    mine = funds_for(user, "ims_approvals.view_approval")
    about = ApprovalFund.objects.filter(approval=approval).values("fund")
    return list(mine.filter(pk__in=about).order_by("code"))
