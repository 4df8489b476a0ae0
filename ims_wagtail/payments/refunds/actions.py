"""Refunding as something that can be done with a payment or with suspense, or why not."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import format_pounds
from ims_wagtail.suspense.models import SuspenseItem

from .refundable import MONEY_IN, refundable


def refund_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer a refund of what is left of a payment in the user's funds."""
    asks = scope_of(user, "ims_payments.request_refund")
    found = refundable(posting=posting, within=asks) if asks else None
    label = _("Refund")
    if found is None or (not found.lines and posting.kind in MONEY_IN):
        yield Action(label, why_not=_("You don't have the right to refund in these funds."))
        return
    why_not = found.why_not or ("" if found.routes else found.why_not_card)
    if why_not:
        yield Action(label, why_not=why_not)
        return
    yield Action(
        label,
        url=reverse("ims_refunds:request", args=[posting.pk]),
        note=_("%(amount)s can be refunded.") % {"amount": format_pounds(found.total)},
    )


def item_action(item: SuspenseItem, request: HttpRequest) -> Action | None:
    """Offer to return the money of an item in suspense to whoever paid it, that item's alone."""
    posting = item.transaction.posting
    asks = scope_of(request.user, "ims_payments.request_refund")
    if item.amount < 0 or item.cleared or item.fund_id not in asks:
        return None
    found = refundable(posting=posting, within=asks, line_id=item.transaction_id)
    label = _("Return the money")
    if why_not := found.why_not or ("" if found.routes else found.why_not_card):
        return Action(label, why_not=why_not)
    url = reverse("ims_refunds:request", args=[posting.pk])
    return Action(label, url=f"{url}?line={item.transaction_id}")
