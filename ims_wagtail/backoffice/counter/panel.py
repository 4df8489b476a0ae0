"""How staff received a payment, on its page: each part, the change, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ims_wagtail.access.policy import scope_of
from ims_wagtail.payments.models import Order

from .models import ChequeDetails, CounterReceipt, ReturnedCheque, Tender, VoidedReceipt
from .rights import CHEQUE_KINDS, may_return, sees_whole
from .voiding import why_not_void


@dataclass(frozen=True, slots=True)
class TenderRow:
    """One part of a payment; the details only for who may see payers."""

    tender: Tender
    details: ChequeDetails | None
    returned: ReturnedCheque | None
    may_return: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that staff received."""

    receipt: CounterReceipt
    rows: Sequence[TenderRow]
    voided: VoidedReceipt | None
    may_void: bool


def received_panel(order: Order, reader: Any) -> Received | None:
    """Return how an order was received; none when by card, or it is not the reader's to know."""
    receipts = CounterReceipt.objects.select_related("order", "session", "voided__voided_by")
    receipt = receipts.filter(pk=order.pk).first()
    if receipt is None or not sees_whole(reader, order):
        return None
    payers = scope_of(reader, "ims_ledger.view_payerdetails")
    sees_payer = any(line.fund_id in payers for line in order.lines.all())
    voided = getattr(receipt, "voided", None)
    may = voided is None and may_return(reader, order)
    tenders = receipt.tenders.select_related("method", "details", "returned__returned_by")
    rows = []
    for tender in tenders:
        returned = getattr(tender, "returned", None)
        cheque = tender.method.kind in CHEQUE_KINDS
        rows.append(
            TenderRow(
                tender=tender,
                details=getattr(tender, "details", None) if sees_payer else None,
                returned=returned,
                may_return=may and cheque and returned is None,
            )
        )
    return Received(
        receipt=receipt,
        rows=rows,
        voided=voided,
        may_void=not why_not_void(reader, receipt),
    )
