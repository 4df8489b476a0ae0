"""What a refund may become: one table in Python, the same kept by the database."""

from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.refunds.transitions import is_allowed
from tests.payments.refunding import make_paid, posting_of


REFUSED = (IntegrityError, InternalError)


@pytest.fixture
def attempt(council):
    return make_paid(council)


def make_refund(attempt, asker, state=RefundState.REQUESTED, **values):
    defaults = {
        "posting": posting_of(attempt),
        "attempt": attempt,
        "account": attempt.account,
        "route": RefundRoute.CARD,
        "amount": Decimal("1.00"),
        "reason": "Because",
        "requested_by": asker,
    }
    return Refund.objects.create(state=state, **defaults | values)


def database_allows(refund, **changes):
    try:
        with transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**changes)
            transaction.set_rollback(True)
    except REFUSED:
        return False
    return True


def test_the_database_allows_exactly_the_moves_of_the_table(attempt, asker):
    for before in RefundState:
        refund = make_refund(attempt, asker, before)
        allowed = {after for after in RefundState if database_allows(refund, state=after)}
        assert allowed == {a for a in RefundState if a == before or is_allowed(before, a)}, before
        refund.delete()


@pytest.mark.parametrize(
    "change",
    [{"amount": Decimal("2.00")}, {"reason": "Other"}, {"route": "bank"}, {"reference": "F1"}],
    ids=lambda change: next(iter(change)),
)
def test_what_was_asked_for_is_frozen(attempt, asker, change):
    refund = make_refund(attempt, asker)
    with pytest.raises(REFUSED, match="frozen"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(**change)


def test_one_refund_of_a_payment_is_in_doubt_at_a_time(attempt, asker):
    make_refund(attempt, asker, RefundState.SENDING)
    with pytest.raises(IntegrityError, match="at_a_time"), transaction.atomic():
        make_refund(attempt, asker, RefundState.UNKNOWN)
    make_refund(attempt, asker, RefundState.SUBMITTED)


def test_a_refund_names_a_reason_and_who_asked_unless_it_was_made_elsewhere(attempt, asker):
    for wrong in ({"reason": ""}, {"requested_by": None}, {"amount": Decimal("0")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_refund(attempt, asker, **wrong)
    make_refund(attempt, asker, route=RefundRoute.PROVIDER, reason="", requested_by=None)
