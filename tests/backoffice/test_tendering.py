"""Whatever is handed over, the lines are paid to the penny and only cash gives change."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.backoffice.counter.tendering import Piece, TenderRefused, settle_up, share
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import ZERO, from_pence


MOST = Decimal("99999.99")
CASH = MethodOfPayment(pk=1, name="Cash", kind=MethodKind.CASH, maximum_amount=MOST)
CHEQUE = MethodOfPayment(pk=2, name="Cheque", kind=MethodKind.CHEQUE, maximum_amount=MOST)
ORDER = MethodOfPayment(
    pk=3, name="Postal order", kind=MethodKind.POSTAL_ORDER, maximum_amount=MOST
)

pence = st.integers(1, 50_000).map(from_pence)
baskets = st.lists(pence, min_size=1, max_size=5)
pieces = st.lists(st.builds(Piece, st.sampled_from([CHEQUE, ORDER]), pence), max_size=4)


@given(amounts=baskets, pieces=pieces, cash=st.integers(0, 60_000).map(from_pence), data=st.data())
def test_what_is_taken_is_what_was_due_and_the_rest_is_change(amounts, pieces, cash, data):
    total = sum(amounts)
    no_cheques = data.draw(st.sets(st.integers(1, len(amounts))))
    handed_over = cash + sum((piece.amount for piece in pieces), ZERO)
    try:
        paid = settle_up(total=total, cash_given=cash, cash_method=CASH, pieces=pieces)
        shared = share(amounts=amounts, paid=paid, no_cheques=no_cheques)
    except TenderRefused:
        others = sum((piece.amount for piece in pieces), ZERO)
        cheques = sum((piece.amount for piece in pieces if piece.method == CHEQUE), ZERO)
        bar = sum((amounts[number - 1] for number in no_cheques), ZERO)
        assert (
            handed_over < total
            or others > total
            or (cash and others == total)
            or cheques > total - bar
        ), "refused for no reason"
        return

    kept = paid.cash.amount if paid.cash else ZERO
    assert handed_over - paid.change == total
    assert kept == cash - paid.change
    parts = [part for each in shared for part in each.parts]
    assert all(part.amount > 0 for part in parts)
    for number, amount in enumerate(amounts, start=1):
        assert sum(part.amount for part in parts if part.number == number) == amount
    for each in shared:
        assert sum(part.amount for part in each.parts) == each.piece.amount
    assert not any(part.method_id == CHEQUE.pk and part.number in no_cheques for part in parts)


def test_a_method_takes_no_more_than_it_may():
    small = MethodOfPayment(pk=4, name="Coins", kind=MethodKind.CASH, maximum_amount=Decimal(5))

    with pytest.raises(TenderRefused, match="Coins takes from £0.00 to £5.00 at once, not £6.00."):
        settle_up(total=Decimal(6), cash_given=Decimal(6), cash_method=small, pieces=[])
