"""Refunds on the staff pages of a payment and of its order."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.models import Order, Refund
from ims_wagtail.payments.posting import source_of
from ims_wagtail.payments.transitions import MONEY_TAKEN

from .posting import refund_posted_by
from .refundable import MONEY_IN, Refundable, refundable


class RefundPanel(Component):
    """The refunds of a payment, and the way to another or the reason why there is none."""

    template_name = "ims_wagtail/payments/refunds/panel.html"

    def __init__(self, posting: Posting, refunds: list[Refund], found: Refundable | None) -> None:
        self.posting, self.refunds, self.found = posting, refunds, found

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found = self.found
        why_not = ""
        if found is not None:
            why_not = found.why_not or ("" if found.routes else found.why_not_card)
        return {
            "posting": self.posting,
            "refunds": self.refunds,
            "may_ask": found is not None,
            "why_not": why_not,
        }


def refund_panel(posting: Posting, request: HttpRequest) -> RefundPanel | None:
    """Return the panel of a payment's posting, for readers who see refunds or may ask for one.

    The posting of a refund has one too: it leads back to the refund.
    """
    sees = scope_of(request.user, "ims_payments.view_refund")
    if posting.kind == PostingKind.REFUND:
        made = _seen(refund_posted_by(posting), sees)
        return RefundPanel(posting, made, None) if made else None
    if posting.kind not in MONEY_IN:
        return None
    asks = scope_of(request.user, "ims_payments.request_refund")
    found = refundable(posting=posting, within=asks) if asks else None
    if found is not None and not found.lines:
        found = None
    refunds = _seen(Refund.objects.filter(posting=posting), sees)
    return RefundPanel(posting, refunds, found) if refunds or found else None


def _seen(refunds: QuerySet[Refund], scope: Scope) -> list[Refund]:
    if not scope:
        return []
    rows = refunds.order_by("pk")
    if not scope.every:
        rows = rows.filter(lines__transaction__fund_id__in=scope.fund_ids).distinct()
    return list(rows)


def order_refund_panels(order: Order, request: HttpRequest) -> list[RefundPanel]:
    """Return the panels of the payments of an order: one, or two when it was paid twice."""
    taken = order.attempts.filter(state__in=MONEY_TAKEN).order_by("number")
    postings = Posting.objects.filter(source__in=[source_of(attempt) for attempt in taken])
    panels = [refund_panel(posting, request) for posting in postings.order_by("pk")]
    return [panel for panel in panels if panel is not None]
