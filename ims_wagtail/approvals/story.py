"""What approvals add to the story of what they are about. The room that asked calls this."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.story import Event

from .enums import ApprovalState
from .models import Approval


def decisions_told(
    subjects: Mapping[str, tuple[str, frozenset[int]]], reader: Any
) -> Iterator[Event]:
    """Tell what was decided about subjects such as ``refund:12``, in two queries.

    ``subjects`` gives what each is called and whose story it belongs to. The page of an approval is
    linked for readers who may see approvals in one of its funds.
    """
    scope = scope_of(reader, "ims_approvals.view_approval")
    asked = Approval.objects.filter(subject__in=list(subjects), decided_at__isnull=False)
    found = asked.select_related("decided_by").prefetch_related("funds").order_by("pk")
    for approval in found:
        if approval.decided_at is None or approval.state == ApprovalState.NOT_NEEDED:
            continue
        called, posting_ids = subjects[approval.subject]
        linked = any(fund.pk in scope for fund in approval.funds.all())
        yield Event(
            at=approval.decided_at,
            what=f"{called}: {_in_words(approval)}",
            posting_ids=posting_ids,
            details=(approval.note,) if approval.note else (),
            by=name_of(approval.decided_by),
            url=reverse("ims_approvals:inspect", args=[approval.pk]) if linked else "",
        )


def _in_words(approval: Approval) -> str:
    return {
        ApprovalState.APPROVED: _("approved"),
        ApprovalState.REJECTED: _("not approved"),
        ApprovalState.WITHDRAWN: _("withdrawn by who asked"),
        ApprovalState.EXPIRED: _("not decided in time"),
    }[ApprovalState(approval.state)]
