"""Moving money inside the book: lines that take from others, and lines that put it elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.funds.selectors import default_method
from ims_wagtail.money import ZERO, split_vat

from .entries import Line, NewPosting
from .enums import PostingKind
from .exceptions import Unbalanced
from .models import Transaction
from .references import next_receipt_number
from .services import Posted, post, post_many


if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


#: By which methods of payment money leaves a line and reaches another.
METHODS = {
    PostingKind.JOURNAL: (MethodKind.JOURNAL, MethodKind.JOURNAL_REALLOCATION),
    PostingKind.TRANSFER: (MethodKind.TRANSFER_OUT, MethodKind.TRANSFER_IN),
    PostingKind.SUSPENSE_ALLOCATION: (MethodKind.JOURNAL, MethodKind.JOURNAL_REALLOCATION),
}


@dataclass(frozen=True, slots=True)
class Take:
    """So many pounds off a line of the book; below nothing off one that is itself below nothing."""

    line: Transaction
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Give:
    """So many pounds, VAT included, to an account; ``vat_rate`` is a fraction.

    Below nothing it is a credit note: it adds to what there is to give.
    """

    fund_id: int
    account_reference: str
    amount: Decimal
    vat_code_id: int
    vat_rate: Decimal
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money taken and put down as one journal or transfer."""

    source: str
    takes: Sequence[Take]
    gives: Sequence[Give]
    narrative: str


def move(
    *,
    kind: PostingKind,
    source: str,
    takes: Sequence[Take],
    gives: Sequence[Give],
    narrative: str,
    by: "AbstractBaseUser",
    office: Office | None = None,
) -> Posted:
    """Post a journal or transfer, dated today, once for each ``source``.

    What is taken keeps the fund, the VAT code and the VAT rate of its line; what is given has its
    own. Raises ``Unbalanced`` unless as much is given as is taken, ``funds.selectors.NotSetUp``
    without methods of payment for it, and ``django.db.IntegrityError`` when a line holds less.
    """
    movement = Movement(source, takes, gives, narrative)
    lines = _lines(movement, *_methods(kind))
    return post(kind=kind, source=source, lines=lines, by=by, office=office)


def move_many(
    *,
    kind: PostingKind,
    movements: Iterable[Movement],
    by: "AbstractBaseUser",
    office: Office | None = None,
) -> int:
    """Post many journals or transfers at once, each as ``move`` does; return how many.

    Raises what ``move`` does, and ``django.db.IntegrityError`` for a source that stands already.
    """
    methods, at = _methods(kind), timezone.now()
    return post_many(
        postings=(
            NewPosting(
                kind=kind,
                source=movement.source,
                lines=_lines(movement, *methods),
                at=at,
                by_id=by.pk,
                office_id=office.pk if office else None,
            )
            for movement in movements
        )
    )


def _methods(kind: PostingKind) -> tuple[MethodOfPayment, MethodOfPayment]:
    leaves, arrives = METHODS[kind]
    return default_method(leaves), default_method(arrives)


def _lines(movement: Movement, leaves: MethodOfPayment, arrives: MethodOfPayment) -> list[Line]:
    takes, gives = movement.takes, movement.gives
    if sum((take.amount for take in takes), ZERO) != sum((give.amount for give in gives), ZERO):
        raise Unbalanced(movement.source)
    receipts = {take.line.receipt_number for take in takes}
    # What came by one receipt is still found by it; what came by several gets a number of its own.
    receipt = receipts.pop() if len(receipts) == 1 else next_receipt_number()
    psp_references = {take.line.psp_reference for take in takes}
    psp_reference = psp_references.pop() if len(psp_references) == 1 else ""
    lines = [
        Line(
            fund_id=take.line.fund_id,
            account_reference=take.line.account_reference,
            method_id=leaves.pk,
            amount=-take.amount,
            vat_code_id=take.line.vat_code_id,
            vat_rate=take.line.vat_rate,
            vat_amount=-split_vat(gross=take.amount, rate=take.line.vat_rate).vat,
            receipt_number=take.line.receipt_number,
            narrative=movement.narrative,
            psp_reference=take.line.psp_reference,
            corrects_id=take.line.pk,
        )
        for take in takes
    ]
    lines += [
        Line(
            fund_id=give.fund_id,
            account_reference=give.account_reference,
            method_id=arrives.pk,
            amount=give.amount,
            vat_code_id=give.vat_code_id,
            vat_rate=give.vat_rate,
            vat_amount=split_vat(gross=give.amount, rate=give.vat_rate).vat,
            receipt_number=receipt,
            narrative=give.narrative or movement.narrative,
            psp_reference=psp_reference,
        )
        for give in gives
    ]
    return lines
