"""Cheques that a bank returned unpaid: taken back in the book, once, whatever became of the money.

What was refunded or moved before is not there to be taken back: the rest stands against suspense.
"""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.taking_back import take_from

from .models import CounterReceipt, ReturnedCheque, Tender, VoidedReceipt
from .rights import CHEQUE_KINDS


class ReturnRefused(Exception):
    """The cheque can't be taken back; the message is fit to show to staff."""


def source_of_return(tender: Tender) -> str:
    """Return the key under which a returned cheque posts, once."""
    return f"tender:{tender.pk}:returned"


def lines_of(tender: Tender) -> Sequence[Any]:
    """Return the lines of the book that a cheque paid."""
    lines = tender.receipt.posting.lines.select_related("fund").order_by("line_number")
    return list(lines.filter(line_number__range=(tender.first_line, tender.last_line)))


def lock_receipt(receipt: CounterReceipt) -> CounterReceipt:
    """Return a receipt of which nobody else takes anything back until the transaction ends."""
    return CounterReceipt.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.pk)


def return_cheque(
    *,
    user: Any,
    tender: Tender,
    reason: str,
    stops: Sequence[tuple[AccountHolder, StopMessage]] = (),
) -> ReturnedCheque:
    """Take the whole of a cheque back, dated today, and put stop messages on accounts it paid.

    Raises ``ReturnRefused`` for what is no cheque, and for one that was returned or voided before.
    """
    if tender.method.kind not in CHEQUE_KINDS:
        raise ReturnRefused(_("Only cheques are returned by a bank."))
    try:
        with transaction.atomic():
            receipt = lock_receipt(tender.receipt)
            if VoidedReceipt.objects.filter(receipt=receipt).exists():
                raise ReturnRefused(_("This payment is void: nothing of it is in the book."))
            posted = take_from(
                posting=receipt.posting,
                amount=tender.amount,
                of=lines_of(tender),
                kind=PostingKind.REVERSAL,
                source=source_of_return(tender),
                narrative=_("Cheque returned: %(reason)s") % {"reason": reason},
                by=user,
            )
            returned = ReturnedCheque.objects.create(
                tender=tender, posting=posted.posting, reason=reason, returned_by=user
            )
            order = tender.receipt.order
            _reverse_when_all_is_gone(order)
            for holder, stop in stops:
                _put_stop(user, holder, stop)
            funds = set(order.lines.values_list("fund_id", flat=True))
            audit.record(
                user=user,
                action="return cheque",
                obj=order,
                fund=funds.pop() if len(funds) == 1 else None,
                after={
                    "reference": order.reference,
                    "amount": tender.amount,
                    "reason": reason,
                    "stopped": [holder.reference for holder, _stop in stops],
                },
            )
    except IntegrityError as error:
        if ReturnedCheque.objects.filter(tender=tender).exists():
            raise ReturnRefused(_("This cheque has been returned already.")) from error
        raise ReturnRefused(
            _("Money it paid was moved or refunded at the same moment. Try again.")
        ) from error
    return returned


def _reverse_when_all_is_gone(order: Order) -> None:
    """Say that an order is not paid any more when every pound of it was returned."""
    receipt = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    gone = Tender.objects.filter(receipt_id=order.pk, returned__isnull=False)
    if sum(gone.values_list("amount", flat=True), ZERO) == receipt.total:
        Order.objects.filter(pk=order.pk).update(state=OrderState.REVERSED)


def _put_stop(user: Any, holder: AccountHolder, stop: StopMessage) -> None:
    before = audit.snapshot(holder)
    holder.stop_message = stop
    holder.save(update_fields=["stop_message", "updated_at"])
    audit.record(
        user=user,
        action="change",
        obj=holder,
        fund=holder.fund_id,
        before=before,
        after=audit.snapshot(holder),
    )
