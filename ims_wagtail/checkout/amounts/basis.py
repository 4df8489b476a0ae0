"""What a line keeps of how its amount came about, and what that comes to today."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import prices_today
from ims_wagtail.payments.models import OrderLine

from .layouts import Layout, Suggestions, kept, layout_of
from .working import Chosen, NoAmount, WorkedOut, work_out


def basis_of(layout: Layout, chosen: Chosen) -> dict[str, Any]:
    """Return what a basket line keeps."""
    return {"layout": kept(layout), "chosen": dict(chosen)}


def layout_kept(basis: Mapping[str, Any]) -> Layout | None:
    """Return how the amount of a line is laid out; nothing where its page doesn't."""
    return layout_of(basis.get("layout", {}))


def worked_out(
    *, payment_type: PaymentType, basis: Mapping[str, Any], prices: Mapping[int, Decimal]
) -> WorkedOut | None:
    """Return what a line comes to by these prices; nothing where prices don't make it up."""
    layout = layout_kept(basis)
    if payment_type.amount_source != AmountSource.PRICES or layout is None:
        return None
    if isinstance(layout, Suggestions):
        return None
    try:
        return work_out(layout, chosen=basis["chosen"], prices=prices)
    except NoAmount:
        return None


def worked_out_today(line: BasketLine | OrderLine) -> WorkedOut | None:
    """Return what a line comes to today; no query for lines that ``read_prices`` has seen."""
    prices = prices_today(line.payment_type, accounting_date())
    return worked_out(payment_type=line.payment_type, basis=line.amount_basis, prices=prices)


def amount_today(line: BasketLine | OrderLine) -> Decimal | None:
    """Return the amount of a line that prices make up, in pounds; ``None`` for any other."""
    found = worked_out_today(line)
    return found.amount if found is not None else None


def ordered_basis(line: BasketLine) -> dict[str, Any]:
    """Return what an order keeps: the line's own, with the prices that made the amount up."""
    found = worked_out_today(line)
    if found is None:
        return dict(line.amount_basis)
    pieces = [
        {"label": piece.label, "quantity": piece.quantity, "price": str(piece.price)}
        for piece in found.pieces
    ]
    return {**line.amount_basis, "pieces": pieces}


def read_prices(lines: Iterable[BasketLine] | Iterable[OrderLine]) -> None:
    """Read the prices that pages may charge for these lines, in two queries or none."""
    types = [
        line.payment_type
        for line in lines
        if line.payment_type.amount_source == AmountSource.PRICES
    ]
    if types:
        prefetch_related_objects(types, "prices__changes")


def reprice(lines: Sequence[BasketLine]) -> None:
    """Give lines what they come to today, not what they came to when they were added."""
    read_prices(lines)
    for line in lines:
        amount = amount_today(line)
        if amount is not None:
            line.added_amount, line.amount = line.amount, amount
