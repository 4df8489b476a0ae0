"""Reading requests."""

from typing import Any

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


def waiting_for(user: Any) -> list[int]:
    """Return the ids of the requests a person may decide about now; five queries at most."""
    authority = authority_of(user)
    if not user.is_superuser and not authority.groups:
        return []
    waiting = Approval.objects.filter(state=ApprovalState.WAITING).exclude(requested_by=user)
    return [
        approval.pk
        for approval in waiting.order_by("pk").prefetch_related("funds")
        if not authority.why_not(approval, [fund.pk for fund in approval.funds.all()])
    ]
