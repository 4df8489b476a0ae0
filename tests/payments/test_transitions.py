"""What may follow what: one table in Python, the same kept by the database."""

from decimal import Decimal

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, OrderState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order, OrderLine
from ims_wagtail.payments.providers.contract import ProviderState
from ims_wagtail.payments.transitions import MONEY_TAKEN, is_allowed, wanted_state
from tests.payments.making import make_council, make_order


REFUSED = (IntegrityError, InternalError)


@pytest.fixture
def order(db):
    return make_order(make_council())


def make_attempt(order, state, number=1):
    """An attempt put straight into a state."""
    return Attempt.objects.create(
        order=order,
        number=number,
        reference=f"{order.reference}-{number}",
        account=MerchantAccount.objects.get(),
        token_hash=f"{order.pk}-{number}",
        amount=order.total,
        state=state,
    )


def database_allows(attempt, after):
    try:
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(state=after)
            transaction.set_rollback(True)
    except REFUSED:
        return False
    return True


def test_the_database_allows_exactly_the_moves_of_the_table(order):
    for number, before in enumerate(AttemptState, start=1):
        with transaction.atomic():
            attempt = make_attempt(order, before, number)
            allowed = {after for after in AttemptState if database_allows(attempt, after)}
            transaction.set_rollback(True)
        assert allowed == {a for a in AttemptState if a == before or is_allowed(before, a)}, before


def test_fs070_what_was_paid_can_only_become_a_failed_capture(order):
    attempt = make_attempt(order, AttemptState.PAID)
    for failure in set(AttemptState) - {AttemptState.PAID, AttemptState.CAPTURE_FAILED}:
        assert not database_allows(attempt, failure)


@given(st.sampled_from(AttemptState), st.lists(st.sampled_from(ProviderState), max_size=12))
def test_money_that_was_taken_is_never_forgotten_whatever_the_provider_says(state, words):
    taken = state in MONEY_TAKEN
    for word in words:
        wanted = wanted_state(before=state, seen=word)
        if wanted != state and is_allowed(state, wanted):
            state = wanted
        taken = taken or state in MONEY_TAKEN
        if taken:
            assert state in (*MONEY_TAKEN, AttemptState.CAPTURE_FAILED)
        if word == ProviderState.PAID and state != AttemptState.CAPTURE_FAILED:
            assert state in MONEY_TAKEN


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("1.00")},
        {"reference": "other"},
        {"token_hash": "other"},
        {"number": 7},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_asked_of_the_provider_is_frozen(order, change):
    attempt = make_attempt(order, AttemptState.OPEN)
    with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(**change)


def test_a_psp_reference_is_learnt_once(order):
    attempt = make_attempt(order, AttemptState.UNKNOWN)
    Attempt.objects.filter(pk=attempt.pk).update(provider_id="one")
    with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(provider_id="two")


def test_an_order_has_one_unfinished_attempt_at_most(order):
    make_attempt(order, AttemptState.DECLINED, 1)
    make_attempt(order, AttemptState.OPEN, 2)
    for state in UNFINISHED_STATES:
        with pytest.raises(IntegrityError, match="one_unfinished"), transaction.atomic():
            make_attempt(order, state, 3)


def test_an_order_and_its_lines_are_frozen(order):
    for change in ({"total": Decimal("1.00")}, {"reference": "R1A"}, {"language": "cy"}):
        with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**change)
    lines = OrderLine.objects.filter(order=order)
    for change in ({"amount": Decimal("1.00")}, {"vat_rate": Decimal("0.1")}, {"answers": ["x"]}):
        with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
            lines.update(**change)
    with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
        order.delete()
    assert lines.count() == 2


def test_answers_of_a_line_may_be_erased(order):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        OrderLine.objects.filter(order=order).update(answers=[{"key": "name", "value": "Ada"}])
        cursor.execute("SET LOCAL session_replication_role = origin")
    OrderLine.objects.filter(order=order).update(answers=[])
    assert list(OrderLine.objects.values_list("answers", flat=True)) == [[], []]


def test_a_paid_order_is_never_unpaid_again(order):
    orders = Order.objects.filter(pk=order.pk)
    orders.update(state=OrderState.PAID, paid_at=order.created_at)
    with pytest.raises(REFUSED), transaction.atomic():
        orders.update(state=OrderState.UNPAID, paid_at=None)
    orders.update(state=OrderState.REVERSED)
    with pytest.raises(REFUSED), transaction.atomic():
        orders.update(state=OrderState.PAID)
