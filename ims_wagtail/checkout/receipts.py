"""Receipts, made from the order's own copy of every fact, so that a reprint is the same for ever.

One set of figures serves the page, the print and the e-mail. The council's fees to its provider
are no business of the payer's and never appear.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.clock import LONDON
from ims_wagtail.funds.wording import method_name
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import AttemptState, OrderState, RefundState
from ims_wagtail.payments.models import Order, OrderLine, Refund, RefundLine
from ims_wagtail.payments.posting import source_of
from ims_wagtail.payments.receiving import source_of_received
from ims_wagtail.ui.council import council_of
from ims_wagtail.ui.models import CouncilDetails

from .models import ReceiptCopy


class NoReceipt(LookupError):
    """Nothing was paid, so there is nothing to give a receipt for."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One thing paid for. Amounts in pounds, the rate as a fraction."""

    description: str
    reference_label: str
    reference: str
    net: Decimal
    vat_rate: Decimal
    vat: Decimal
    gross: Decimal
    answers: tuple[tuple[str, str], ...]

    @property
    def vat_percentage(self) -> str:
        """The rate as people write it: ``20%``, ``5%``, ``17.5%``."""
        return rate_in_words(self.vat_rate)


@dataclass(frozen=True, slots=True)
class VatTotal:
    """What was paid at one rate of VAT."""

    vat_rate: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal

    @property
    def vat_percentage(self) -> str:
        """The rate as people write it."""
        return rate_in_words(self.vat_rate)


@dataclass(frozen=True, slots=True)
class ReceiptRefund:
    """Money of the payment that went back since, in pounds."""

    number: str
    amount: Decimal
    made_at: datetime

    @property
    def when(self) -> str:
        """The day of the refund in Europe/London, in the reader's language."""
        return date_format(self.made_at.astimezone(LONDON), "j F Y")


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that a receipt says. ``reversed`` means that the provider took the payment back.

    ``voided`` means that it was entered by mistake and is good for nothing.
    """

    number: str
    supplier: str
    supplier_address: str
    vat_number: str
    paid_at: datetime
    lines: tuple[ReceiptLine, ...]
    vat_totals: tuple[VatTotal, ...]
    net: Decimal
    vat: Decimal
    total: Decimal
    method: str
    card_brand: str
    card_last_four: str
    refunds: tuple[ReceiptRefund, ...] = ()
    reversed: bool = False
    voided: bool = False
    is_copy: bool = False
    #: Who made this copy and when, in words, where that was written down.
    copied: str = ""
    #: Pounds of it that a bank returned unpaid.
    returned: Decimal = ZERO

    @property
    def is_vat_receipt(self) -> bool:
        """Whether it shows VAT that was paid, to a council that is registered for it."""
        return bool(self.vat_number) and any(line.vat_rate for line in self.lines)

    @property
    def when(self) -> str:
        """Date and time of the payment in Europe/London, in the reader's language."""
        return date_format(self.paid_at.astimezone(LONDON), "j F Y, H:i")


def build_receipt(
    order: Order,
    *,
    council: CouncilDetails | None = None,
    is_copy: bool = False,
    copy: ReceiptCopy | None = None,
) -> Receipt:
    """Return the receipt of a paid order. Raises ``NoReceipt`` when it is not paid.

    The council of the order's site stands on it; ``council``, that of whoever asks, was read before
    and is the same as a rule. ``copy`` is the copy that staff make of it.
    """
    if order.state == OrderState.UNPAID or order.paid_at is None:
        raise NoReceipt(order.reference)
    ordered = order.lines.all()
    posted = _posted_lines(order)
    lines = (
        *(_line(line) for line in ordered),
        *(_surcharge(line) for line in posted[len(ordered) :] if order.account_id),
    )
    if council is None or council.site_id != order.site_id:
        council = council_of(order.site)
    payer = getattr(posted[0].posting, "payer", None) if posted else None
    return Receipt(
        number=order.reference,
        supplier=council.name,
        supplier_address=council.address,
        vat_number=council.vat_number,
        paid_at=order.paid_at,
        lines=lines,
        vat_totals=vat_totals(lines),
        net=sum((line.net for line in lines), ZERO),
        vat=sum((line.vat for line in lines), ZERO),
        total=sum((line.gross for line in lines), ZERO),
        # Several, where somebody paid partly in cash.
        method=", ".join(dict.fromkeys(method_name(line.method) for line in posted)),
        card_brand=payer.card_brand if payer else "",
        card_last_four=payer.card_last_four if payer else "",
        refunds=refunds_made(order),
        reversed=order.state == OrderState.REVERSED,
        voided=order.state == OrderState.VOIDED,
        is_copy=is_copy or copy is not None,
        copied=_copied(copy) if copy else "",
        returned=_returned(order),
    )


def _copied(copy: ReceiptCopy) -> str:
    return _("Copy made on %(when)s by %(who)s") % {
        "when": date_format(copy.made_at.astimezone(LONDON), "j F Y, H:i"),
        "who": name_of(copy.made_by),
    }


def vat_totals(lines: Sequence[ReceiptLine]) -> tuple[VatTotal, ...]:
    """Add lines up by rate, the highest first: VAT is the sum of theirs, never worked out anew."""
    by_rate: dict[Decimal, list[ReceiptLine]] = defaultdict(list)
    for line in lines:
        by_rate[line.vat_rate].append(line)
    return tuple(
        VatTotal(
            vat_rate=rate,
            net=sum((line.net for line in same), ZERO),
            vat=sum((line.vat for line in same), ZERO),
            gross=sum((line.gross for line in same), ZERO),
        )
        for rate, same in sorted(by_rate.items(), reverse=True)
    )


def rate_in_words(rate: Decimal) -> str:
    """Write a rate of VAT. 0% would say that something outside VAT's scope is zero-rated."""
    return percentage(rate) if rate else _("No VAT")


def percentage(rate: Decimal) -> str:
    """Write a fraction as a percentage without idle noughts."""
    text = f"{rate * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def refunds_made(order: Order) -> tuple[ReceiptRefund, ...]:
    """Return what went back of the payment that paid the order."""
    parts = RefundLine.objects.filter(
        refund=OuterRef("pk"), transaction__receipt_number=order.reference
    )
    received = Q(attempt__isnull=True, posting__source=source_of_received(order))
    refunds = Refund.objects.filter(
        Q(attempt__order=order) | received,
        Exists(parts),
        state=RefundState.SUCCEEDED,
        finished_at__isnull=False,
    )
    return tuple(
        ReceiptRefund(number=refund.reference, amount=refund.amount, made_at=refund.finished_at)
        for refund in refunds.order_by("finished_at", "pk")
        if refund.finished_at
    )


def _line(line: OrderLine) -> ReceiptLine:
    return ReceiptLine(
        description=line.description,
        reference_label=line.reference_label,
        reference=line.account_reference,
        net=line.amount - line.vat_amount,
        vat_rate=line.vat_rate,
        vat=line.vat_amount,
        gross=line.amount,
        answers=tuple((answer["label"], answer["value"]) for answer in line.answers),
    )


def _surcharge(line: Transaction) -> ReceiptLine:
    return ReceiptLine(
        description=_("Card surcharge"),
        reference_label="",
        reference="",
        net=line.amount - line.vat_amount,
        vat_rate=line.vat_rate,
        vat=line.vat_amount,
        gross=line.amount,
        answers=(),
    )


def _posted_lines(order: Order) -> list[Transaction]:
    """Return what paid the order in the book: a line for each of its own, then any surcharge.

    What staff received has a line for each method by which one of its own was paid.
    """
    if order.account_id is None:
        return _lines_of(source_of_received(order))
    paid = (AttemptState.PAID, AttemptState.CAPTURE_FAILED)
    attempt = order.attempts.filter(state__in=paid).order_by("number").first()
    if attempt is None:
        return []
    return _lines_of(source_of(attempt))


def _lines_of(source: str) -> list[Transaction]:
    return list(
        Transaction.objects.filter(posting__source=source)
        .select_related("method", "posting__payer")
        .order_by("line_number")
    )


def _returned(order: Order) -> Decimal:
    """Return what a bank did not pay of the cheques that staff received for the order."""
    if order.account_id is not None or order.state == OrderState.VOIDED:
        return ZERO
    returned = Transaction.objects.filter(
        # What is undone inside the book comes to nothing.
        receipt_number=order.reference,
        posting__kind=PostingKind.REVERSAL,
        posting__total__lt=0,
    )
    return -(returned.aggregate(total=Sum("amount"))["total"] or ZERO)
