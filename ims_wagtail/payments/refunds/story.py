"""What staff see of a refund: its lines, its approval, and everything that happened, in order."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.enums import REFUND_IN_FLIGHT, RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundLine, RefundPayee
from ims_wagtail.payments.timeline import Happening

from .deciding import subject_of
from .posting import source_of


#: What people do with a refund, by the action the audit log keeps.
_DONE = {
    "check refund": gettext_lazy("Provider asked"),
    "deal with refund": gettext_lazy("Dealt with"),
    "give up refund": gettext_lazy("Given up"),
    "mark refund returned": gettext_lazy("Returned by the bank"),
}


@dataclass(frozen=True, slots=True)
class RefundStory:
    """A refund as one reader may see it."""

    refund: Refund
    lines: list[RefundLine]
    hidden_lines: int
    approval: Approval | None
    payee: RefundPayee | None
    posting: Posting | None
    happenings: list[Happening]
    may_see_approval: bool
    may_check: bool
    may_deal: bool
    may_give_up: bool
    may_mark_returned: bool


def story_of_refund(*, refund: Refund, reader: Any) -> RefundStory:
    """Tell the story of a refund to a reader, in a constant number of queries."""
    every = list(
        refund.lines.select_related("transaction__fund").order_by("transaction__line_number")
    )
    seen = scope_of(reader, "ims_payments.view_refund")
    lines = [line for line in every if line.transaction.fund_id in seen]
    approval = for_subject(subject_of(refund))
    payees = scope_of(reader, "ims_payments.view_refundpayee")
    acts = scope_of(reader, "ims_payments.request_refund")
    approvals = scope_of(reader, "ims_approvals.view_approval")
    acting = any(line.transaction.fund_id in acts for line in lines)
    return RefundStory(
        refund=refund,
        lines=lines,
        hidden_lines=len(every) - len(lines),
        approval=approval,
        payee=(
            RefundPayee.objects.filter(refund=refund).first()
            if lines and all(line.transaction.fund_id in payees for line in every)
            else None
        ),
        posting=Posting.objects.filter(source=source_of(refund)).first(),
        happenings=_happenings(refund, approval),
        may_see_approval=any(line.transaction.fund_id in approvals for line in lines),
        may_check=acting
        and refund.route != RefundRoute.BANK
        and refund.state in REFUND_IN_FLIGHT
        and refund.state != RefundState.REQUESTED,
        may_deal=acting and bool(refund.problem) and refund.state not in REFUND_IN_FLIGHT,
        may_give_up=acting and refund.state == RefundState.APPROVED,
        may_mark_returned=acting
        and refund.route == RefundRoute.BANK
        and refund.state in (RefundState.SUBMITTED, RefundState.SUCCEEDED),
    )


def _happenings(refund: Refund, approval: Approval | None) -> list[Happening]:
    found = [
        Happening(
            refund.requested_at,
            _("Asked for") if refund.requested_by_id else _("Found at the provider"),
            name_of(refund.requested_by),
        )
    ]
    if approval and approval.decided_at:
        detail = ", ".join(filter(None, [name_of(approval.decided_by), approval.note]))
        what = ApprovalState(approval.state).label
        found.append(Happening(approval.decided_at, str(what), detail))
    if refund.sent_at:
        found.append(Happening(refund.sent_at, _("Sent"), refund.provider_id))
    entries = (
        AuditEntry.objects.select_related("user")
        .filter(object_type=Refund._meta.label, object_id=str(refund.pk))
        .exclude(action="request refund")
    )
    found.extend(
        Happening(
            entry.at,
            str(_DONE.get(entry.action, entry.action.capitalize())),
            ", ".join(
                filter(None, [_person(entry), str(entry.before.get("problem") or "")]),
            ),
        )
        for entry in entries.order_by("pk")
    )
    if refund.finished_at:
        found.append(Happening(refund.finished_at, str(refund.get_state_display()), refund.problem))
    return sorted(found, key=lambda happening: happening.at)


def _person(entry: AuditEntry) -> str:
    """Name who did it, even when the account has been deleted since."""
    return name_of(entry.user) or entry.user_name
