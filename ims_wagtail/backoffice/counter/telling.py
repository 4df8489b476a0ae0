"""What the counter adds to a story, and what can be done about a cheque or a mistake."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.story import Asked, Event
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import Channel

from .models import CounterReceipt, ReturnedCheque, Tender, VoidedReceipt
from .rights import CHEQUE_KINDS, RETURN, TAKE, VOID
from .voiding import why_not_void


def received_told(asked: Asked) -> Iterator[Event]:
    """Tell how staff received payments, what was voided, and of returned cheques; five queries."""
    orders = asked.numbers("order")
    if not orders:
        return
    receipts = CounterReceipt.objects.filter(pk__in=list(orders)).select_related("order__taken_by")
    for receipt in receipts.prefetch_related("tenders__method"):
        posting_id, order = orders[receipt.pk], receipt.order
        yield Event(
            at=order.created_at,
            what=_("Received at the counter")
            if order.channel == Channel.COUNTER
            else _("Received by post"),
            posting_ids=frozenset([posting_id]),
            details=_parts(receipt) if _sees_all(asked, posting_id) else (),
            by=name_of(order.taken_by),
            url=reverse("ims_staff_payments:inspect", args=[order.pk]),
        )
    returned = ReturnedCheque.objects.filter(tender__receipt__in=list(orders))
    for cheque in returned.select_related("tender", "returned_by"):
        yield Event(
            at=cheque.returned_at,
            what=_("Cheque returned by the bank"),
            posting_ids=frozenset([orders[cheque.tender.receipt_id]]),
            details=(cheque.reason,),
            by=name_of(cheque.returned_by),
        )
    voided = VoidedReceipt.objects.filter(pk__in=list(orders)).select_related("voided_by")
    for each in voided:
        yield Event(
            at=each.voided_at,
            what=_("Voided: entered by mistake"),
            posting_ids=frozenset([orders[each.pk]]),
            details=(each.reason,),
            by=name_of(each.voided_by),
        )


def void_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer to void what staff received, to who may take or void for some fund."""
    if not posting.source.startswith("order:") or not scope_of(user, TAKE, VOID):
        return
    receipts = CounterReceipt.objects.select_related("order", "session")
    receipt = receipts.filter(posting=posting).first()
    if receipt is None:
        return
    why_not = why_not_void(user, receipt)
    url = "" if why_not else reverse("ims_counter:void", args=[receipt.pk])
    yield Action(_("Void this receipt"), url=url, why_not=why_not)


def cheque_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer to take back the cheques of a payment that the bank has not paid."""
    if not posting.source.startswith("order:"):
        return
    cheques = list(
        Tender.objects.filter(
            receipt__posting=posting,
            receipt__voided__isnull=True,
            method__kind__in=CHEQUE_KINDS,
            returned__isnull=True,
        )
    )
    scope = scope_of(user, RETURN)
    if not cheques or not scope:
        return
    whole = all(fund in scope for fund in posting.lines.values_list("fund_id", flat=True))
    label = _("The bank returned the cheque")
    if not whole:
        yield Action(label, why_not=_("Some of it paid funds in which you may not."))
        return
    for cheque in cheques:
        yield Action(
            label,
            url=reverse("ims_counter:return_cheque", args=[cheque.pk]),
            note=format_pounds(cheque.amount),
        )


def _sees_all(asked: Asked, posting_id: int) -> bool:
    scope = scope_of(asked.reader, "ims_ledger.view_transaction")
    return all(fund_id in scope for fund_id in asked.shares[posting_id])


def _parts(receipt: CounterReceipt) -> tuple[str, ...]:
    parts = [
        _("%(method)s: %(amount)s")
        % {"method": tender.method.name, "amount": format_pounds(tender.amount)}
        for tender in receipt.tenders.all()
    ]
    if receipt.change:
        words = {
            "given": format_pounds(receipt.cash_given),
            "change": format_pounds(receipt.change),
        }
        parts.append(_("%(given)s in cash handed over, %(change)s change given") % words)
    return tuple(parts)
