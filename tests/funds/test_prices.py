"""Prices: live at midnight in London, approved by a second person, kept once they counted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PriceChange
from ims_wagtail.funds.pricing import PriceRefused, approve, propose, withdraw
from ims_wagtail.funds.selectors import NoPrice, payable_types, price_on, set_price
from tests.factories import make_fund, make_payment_type, make_price, make_price_change


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("days_go_on")]

TODAY = accounting_date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("olive")


@pytest.fixture
def approver() -> User:
    return User.objects.create_user("andrew")


# What a price is on a day


@pytest.mark.parametrize(
    ("day", "last_old_second"),
    [
        # The clocks go forward on 29 March 2026, an hour after that day began in UTC.
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 4, 1), datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC)),
        # They go back on 25 October: that day begins an hour early in UTC, the next does not.
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_price_is_live_at_midnight_in_london(day, last_old_second):
    price = make_price("45.00")
    make_price_change(price, "46.00", starts=day)

    before, after = last_old_second, last_old_second + timedelta(seconds=1)
    assert price_on(price, accounting_date(before)) == Decimal("45.00")
    assert price_on(price, accounting_date(after)) == Decimal("46.00")


def test_the_newest_day_that_has_come_counts_in_whatever_order_they_were_entered():
    price = make_price(None)
    for starts, amount in (
        (date(2026, 4, 1), "46"),
        (date(2024, 4, 1), "44"),
        (date(2025, 4, 1), "45"),
    ):
        make_price_change(price, amount, starts=starts)

    assert price_on(price, date(2026, 3, 31)) == 45
    assert price_on(price, date(2024, 4, 1)) == 44
    assert price_on(price, date(2099, 1, 1)) == 46
    with pytest.raises(NoPrice, match="BIN"):
        price_on(price, date(2024, 3, 31))


def test_what_waits_for_approval_does_not_count(officer):
    price = make_price("45.00")
    make_price_change(price, "99.00", starts=TODAY, entered_by=officer)

    assert price_on(price, TODAY) == Decimal("45.00")


def test_what_has_no_price_today_is_not_payable_today(officer):
    fund = make_fund()
    waiting, coming, off = (
        make_price(None, code="WAITING"),
        make_price("5.00", code="COMING", starts=TOMORROW),
        make_price("5.00", code="OFF", enabled=False),
    )
    make_price_change(waiting, starts=TODAY, entered_by=officer)
    for price in (waiting, coming, off, make_price("5.00", code="GOOD")):
        make_payment_type(
            price.code.lower(), fund=fund, amount_source=AmountSource.FIXED, price=price
        )
    make_payment_type("typed", fund=fund)

    assert {found.slug for found in payable_types(TODAY)} == {"good", "typed"}
    assert {found.slug for found in payable_types(TOMORROW)} == {"good", "typed", "coming"}


def test_payable_types_bring_their_prices_whatever_their_number(django_assert_num_queries):
    fund = make_fund()
    for number in range(5):
        price = make_price(code=f"P{number}")
        make_price_change(price, starts=TOMORROW)
        make_payment_type(f"p{number}", fund=fund, amount_source=AmountSource.FIXED, price=price)

    with django_assert_num_queries(3):
        assert [set_price(found, TODAY) for found in payable_types(TODAY)] == [45] * 5


# Two people


def test_a_price_counts_once_somebody_else_has_approved_it(officer, approver):
    price = make_price("45.00")
    change = propose(price=price, starts=TOMORROW, amount=Decimal("46.00"), by=officer)
    assert price_on(price, TOMORROW) == 45

    approve(change_ids=[change.pk], by=approver)

    change.refresh_from_db()
    assert price_on(price, TOMORROW) == 46
    assert (change.entered_by, change.approved_by) == (officer, approver)


def test_nobody_approves_what_they_entered(officer):
    change = propose(price=make_price(), starts=TOMORROW, amount=Decimal(46), by=officer)

    with pytest.raises(PriceRefused, match="somebody else"):
        approve(change_ids=[change.pk], by=officer)
    change.approved_by, change.approved_at = officer, change.entered_at
    with pytest.raises(ValidationError, match="Somebody else"):
        change.validate_constraints()
    with pytest.raises(IntegrityError, match="ims_price_needs_a_second_person"):
        change.save()


@pytest.mark.parametrize(
    "half",
    [
        {"approved_by": None, "approved_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"approved_at": None},
        {"entered_by": None},
    ],
)
def test_the_database_knows_no_half_an_approval(half, officer, approver):
    whole = {
        "entered_by": officer,
        "approved_by": approver,
        "approved_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    with pytest.raises(IntegrityError, match="ims_price_approval_is_whole"):
        make_price(None).changes.create(starts=TODAY, amount=1, **whole | half)


def test_all_of_an_upload_are_approved_or_none(officer, approver):
    price = make_price()
    theirs = propose(price=price, starts=TOMORROW, amount=Decimal(46), by=officer)
    own = propose(price=price, starts=TOMORROW + timedelta(days=1), amount=Decimal(47), by=approver)

    with pytest.raises(PriceRefused):
        approve(change_ids=[theirs.pk, own.pk], by=approver)
    with pytest.raises(PriceRefused, match="meanwhile"):
        approve(change_ids=[theirs.pk, 0], by=approver)

    assert not PriceChange.objects.filter(approved_by__isnull=False).exists()


def test_what_is_approved_already_is_told_to_the_second_approver(officer, approver):
    change = propose(price=make_price(), starts=TOMORROW, amount=Decimal(46), by=officer)
    approve(change_ids=[change.pk], by=approver)

    with pytest.raises(PriceRefused, match="meanwhile"):
        approve(change_ids=[change.pk], by=User.objects.create_user("third"))


def test_a_day_gone_by_is_neither_entered_nor_approved(officer, approver):
    price = make_price()
    with pytest.raises(PriceRefused, match="today or later"):
        propose(price=price, starts=TODAY - timedelta(days=1), amount=Decimal(46), by=officer)
    late = make_price_change(price, starts=TODAY - timedelta(days=1), entered_by=officer)

    with pytest.raises(PriceRefused, match="gone by"):
        approve(change_ids=[late.pk], by=approver)


def test_one_price_a_day(officer):
    price = make_price("45.00")
    propose(price=price, starts=TOMORROW, amount=Decimal(46), by=officer)
    make_price_change(price, "50.00", starts=TOMORROW + timedelta(days=1))

    with pytest.raises(PriceRefused, match="£46.00 .* waiting for approval already. Withdraw it"):
        propose(price=price, starts=TOMORROW, amount=Decimal(47), by=officer)
    with pytest.raises(PriceRefused, match="approved price of £50.00"):
        propose(price=price, starts=TOMORROW + timedelta(days=1), amount=Decimal(47), by=officer)
    with pytest.raises(IntegrityError, match="ims_one_price_a_day"):
        make_price_change(price, starts=TOMORROW)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "5000.01"])
def test_an_amount_nobody_could_pay_is_refused(amount, officer):
    price = make_price()
    make_payment_type(fund=make_fund(), amount_source=AmountSource.FIXED, price=price)

    with pytest.raises(PriceRefused):
        propose(price=price, starts=TOMORROW, amount=Decimal(amount), by=officer)


# What is kept


def test_what_has_been_entered_is_never_changed(officer, approver):
    waiting = propose(price=make_price(), starts=TOMORROW, amount=Decimal(46), by=officer)

    for field, value in (
        ("amount", Decimal(460)),
        ("starts", TODAY),
        ("entered_by", approver),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            PriceChange.objects.filter(pk=waiting.pk).update(**{field: value})
    approve(change_ids=[waiting.pk], by=approver)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        PriceChange.objects.filter(pk=waiting.pk).update(approved_by=None, approved_at=None)


def test_a_price_can_be_withdrawn_until_its_day_comes(officer, approver):
    price = make_price("45.00")
    first = propose(price=price, starts=TOMORROW, amount=Decimal(46), by=officer)
    withdraw(change_id=first.pk)
    second = propose(price=price, starts=TOMORROW, amount=Decimal(64), by=officer)
    approve(change_ids=[second.pk], by=approver)
    withdraw(change_id=second.pk)
    live = propose(price=price, starts=TODAY, amount=Decimal(50), by=officer)
    approve(change_ids=[live.pk], by=approver)

    with pytest.raises(PriceRefused, match="in force"):
        withdraw(change_id=live.pk)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        PriceChange.objects.filter(pk=live.pk).delete()
    with pytest.raises(PriceRefused, match="meanwhile"):
        withdraw(change_id=second.pk)
    with pytest.raises(ProtectedError):
        price.delete()


def test_a_payment_type_is_given_an_enabled_price_within_its_funds_limit():
    price = make_price("45.00")
    payment_type = make_payment_type(amount_source=AmountSource.FIXED, price=price)
    payment_type.full_clean()

    make_price_change(price, "5000.01", starts=TOMORROW)
    with pytest.raises(ValidationError, match="£5,000.00"):
        payment_type.full_clean()
    price.enabled = False
    with pytest.raises(ValidationError, match="enabled"):
        payment_type.full_clean()
