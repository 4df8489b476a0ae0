"""What the checkout adds to a posting: copies of receipts in its story, and the way to another."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.story import Asked, Event
from ims_wagtail.notifications.selectors import messages_about
from ims_wagtail.payments.models import Attempt, Order
from ims_wagtail.payments.telling import orders_behind
from ims_wagtail.ui.council import council_of

from .copies import VIEW, message_source, why_no_copy
from .enums import CopyRoute
from .models import ReceiptCopy


def copies_told(asked: Asked) -> Iterator[Event]:
    """Tell which copies of receipts were made, by whom, and how far their e-mails came."""
    about = orders_behind(asked)
    seen = {
        order_id: posting_ids
        for order_id, posting_ids in about.items()
        if any(asked.may(VIEW, pk) for pk in posting_ids)
    }
    copies = list(
        ReceiptCopy.objects.filter(order__in=list(seen)).select_related("made_by").order_by("pk")
        if seen
        else ()
    )
    sent = {
        message.source: message
        for message in messages_about([message_source(copy) for copy in copies])
    }
    for copy in copies:
        message = sent.get(message_source(copy))
        posting_ids = seen[copy.order_id]
        names = any(asked.may("ims_ledger.view_payerdetails", pk) for pk in posting_ids)
        details = [str(copy.get_route_display())]
        if message is not None:
            if names and message.recipient:
                details.append(message.recipient)
            details.append(str(message.get_state_display()))
        yield Event(
            at=copy.made_at,
            what=_("Copy of the receipt"),
            posting_ids=posting_ids,
            details=tuple(details),
            by=name_of(copy.made_by),
            url=reverse("ims_receipt_copies:inspect", args=[copy.pk]),
        )


def receipt_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer copies of the receipt of what a posting paid: printed, or by e-mail."""
    order = _paid_by(posting)
    council = council_of(order.site if order else None)
    if council.vat_number:
        labels = (_("Print the VAT receipt"), _("E-mail the VAT receipt"))
    else:
        labels = (_("Print the receipt"), _("E-mail the receipt"))
    if order is None:
        why_not = _("Only what was paid online, by telephone or at a counter has a receipt.")
    else:
        fund_ids = set(order.lines.values_list("fund_id", flat=True))
        why_not = why_no_copy(order=order, fund_ids=fund_ids, by=user)
    for label, route in zip(labels, (CopyRoute.PRINT, CopyRoute.PAYER), strict=True):
        if order is None or why_not:
            yield Action(label, why_not=why_not)
        else:
            url = reverse("ims_receipt_copies:make", args=[order.pk])
            yield Action(label, url=f"{url}?route={route}")


def _paid_by(posting: Posting) -> Order | None:
    """Return the order that a posting paid; none when it stands in suspense instead."""
    kind, _colon, number = posting.source.partition(":")
    if not number.isdecimal():
        return None
    if kind == "order":
        return Order.objects.filter(pk=int(number)).first()
    if kind != "attempt":
        return None
    attempt = Attempt.objects.select_related("order").filter(pk=int(number)).first()
    if attempt is None:
        return None
    paid = posting.lines.filter(receipt_number=attempt.order.reference).exists()
    return attempt.order if paid else None
