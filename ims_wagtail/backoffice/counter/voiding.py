"""Voiding what was entered by mistake: the whole of it is reversed, and comes off its till."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.people import office_of
from ims_wagtail.ledger.services import reverse
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order

from .models import CounterReceipt, VoidedReceipt
from .returning import lock_receipt
from .rights import may_void
from .sessions import lock_session


class VoidRefused(Exception):
    """The receipt can't be voided; the message is fit to show to staff."""


def why_not_void(user: Any, receipt: CounterReceipt) -> str:
    """Return why somebody can't void a receipt, in words; nothing when they can."""
    if VoidedReceipt.objects.filter(receipt=receipt).exists():
        return _("It is void already.")
    if not may_void(user, receipt):
        return _(
            "You can void your own receipts until you cash up. Afterwards somebody else does who "
            "may void receipts in every fund it paid."
        )
    if receipt.tenders.filter(returned__isnull=False).exists():
        return _("The bank returned a cheque of it: that much was taken back already.")
    return ""


def void(*, user: Any, receipt: CounterReceipt, reason: str) -> VoidedReceipt:
    """Reverse a receipt in the book, dated today, and take it off its session if that is open.

    Raises ``VoidRefused`` when somebody may not, when it is void already, and when money of it was
    moved, refunded or returned, or is held for that. Whoever closes the session waits.
    """
    try:
        with transaction.atomic():
            if receipt.session is not None:
                receipt.session = lock_session(receipt.session)
            lock_receipt(receipt)
            if why := why_not_void(user, receipt):
                raise VoidRefused(why)
            posted = reverse(
                posting=receipt.posting,
                source=f"order:{receipt.pk}:void",
                narrative=_("Void: %(reason)s") % {"reason": reason},
                by=user,
                office=office_of(user),
            )
            session = receipt.session
            voided = VoidedReceipt.objects.create(
                receipt=receipt,
                posting=posted.posting,
                session=session if session and session.closed_at is None else None,
                reason=reason,
                voided_by=user,
            )
            order = receipt.order
            Order.objects.filter(pk=order.pk).update(state=OrderState.VOIDED)
            funds = set(order.lines.values_list("fund_id", flat=True))
            audit.record(
                user=user,
                action="void receipt",
                obj=order,
                fund=funds.pop() if len(funds) == 1 else None,
                before={"state": order.state},
                after={
                    "state": str(OrderState.VOIDED),
                    "reference": order.reference,
                    "amount": order.total,
                    "reason": reason,
                    "session": voided.session_id,
                },
            )
    except IntegrityError as error:
        raise VoidRefused(
            _(
                "Some of it was moved or refunded since, or is held for that. Undo that first; "
                "what was refunded can’t be voided."
            )
        ) from error
    return voided
