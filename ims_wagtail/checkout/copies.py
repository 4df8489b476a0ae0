"""Copies of receipts for payers who ask again: printed or sent by e-mail, by those who may."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.notifications.services import queue_email
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order, OrderContact

from .enums import CopyRoute
from .models import ReceiptCopy


ADD = "ims_checkout.add_receiptcopy"
VIEW = "ims_checkout.view_receiptcopy"
#: So many e-mails an hour: of one receipt, and by one person.
MOST_OF_ONE = 3
MOST_BY_ONE = 30
_WINDOW = timedelta(hours=1)


class CopyRefused(Exception):
    """No copy was made; the message says why, fit to show to staff."""


def why_no_copy(*, order: Order, fund_ids: Collection[int], by: Any) -> str:
    """Return why somebody can't make a copy of an order's receipt, in words; nothing if they can.

    A receipt shows every line, so it takes the right in each of the funds.
    """
    scope = scope_of(by, ADD)
    if not any(fund_id in scope for fund_id in fund_ids):
        return _("You don't have the right to make copies of receipts in these funds.")
    if not all(fund_id in scope for fund_id in fund_ids):
        return _("Some of it was paid into funds you don't work in, and a receipt shows all of it.")
    if order.state == OrderState.UNPAID:
        return _("It is not paid, so there is no receipt.")
    return ""


def make_copy(*, order: Order, key: UUID, route: CopyRoute, address: str, by: Any) -> ReceiptCopy:
    """Make a copy of a receipt, once for each ``key``, and send it unless it is to be printed.

    ``address`` counts where it goes to another one than the payer's. Raises ``CopyRefused``.
    """
    fund_ids = set(order.lines.values_list("fund_id", flat=True))
    if why := why_no_copy(order=order, fund_ids=fund_ids, by=by):
        raise CopyRefused(why)
    recipient = "" if route == CopyRoute.PRINT else _recipient(order, route, address)
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)  # copies of one receipt, one by one
        before = ReceiptCopy.objects.filter(key=key, order=order).first()
        if before is not None:
            return before
        if recipient:
            _check_rate(order, by)
        copy = ReceiptCopy.objects.create(order=order, key=key, route=route, made_by=by)
        if recipient:
            queue_email(
                kind="payment_receipt",
                source=message_source(copy),
                recipient=recipient,
                language=order.language,
                parameters={"order_id": order.pk, "copy_id": copy.pk},
            )
        audit.record(
            user=by,
            action="copy receipt",
            obj=copy,
            fund=fund_ids.pop() if len(fund_ids) == 1 else None,
            # The address stands in the outbox, from where it can be erased.
            after={"receipt": order.reference, "route": route.label},
        )
    copy.refresh_from_db(fields=["made_at"])
    return copy


def message_source(copy: ReceiptCopy) -> str:
    """Return the key of the message that carries a copy."""
    return f"receipt-copy:{copy.pk}"


def _recipient(order: Order, route: CopyRoute, address: str) -> str:
    if route == CopyRoute.PAYER:
        contact = OrderContact.objects.filter(order=order).first()
        if contact is None or not contact.email:
            raise CopyRefused(_("The payer gave no e-mail address. Type another one."))
        return contact.email
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise CopyRefused(_("Enter an e-mail address, like name@example.com")) from wrong
    return address


def _check_rate(order: Order, by: Any) -> None:
    sent = ReceiptCopy.objects.filter(made_at__gt=timezone.now() - _WINDOW)
    sent = sent.exclude(route=CopyRoute.PRINT)
    if sent.filter(order=order).count() >= MOST_OF_ONE:
        raise CopyRefused(
            _("This receipt has been sent %(most)d times within the hour. Wait, or print it.")
            % {"most": MOST_OF_ONE}
        )
    if sent.filter(made_by=by).count() >= MOST_BY_ONE:
        raise CopyRefused(
            _("You have sent %(most)d receipts within the hour. Wait, or print it.")
            % {"most": MOST_BY_ONE}
        )
