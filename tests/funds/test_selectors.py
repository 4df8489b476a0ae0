"""What may be paid on a day, at which VAT, and what a council forgot to set up."""

from datetime import date
from decimal import Decimal

import pytest

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.selectors import (
    NotSetUp,
    NoVatRate,
    default_method,
    payable_types,
    suspense_fund,
    vat_rate,
)
from tests.factories import (
    make_fund,
    make_method,
    make_payment_type,
    make_suspense_fund,
    make_vat_code,
)


pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


def test_the_vat_rate_is_the_one_in_force_on_the_day():
    code = make_vat_code("W0", rate="0.175")
    code.rates.create(starts=date(2011, 1, 4), rate=Decimal("0.2"))

    assert vat_rate(code, date(2011, 1, 3)) == Decimal("0.175")
    assert vat_rate(code, date(2011, 1, 4)) == Decimal("0.2")
    with pytest.raises(NoVatRate, match="W0"):
        vat_rate(code, date(1999, 12, 31))


def test_only_enabled_types_of_enabled_funds_that_are_open_may_be_paid():
    fund = make_fund("31")
    make_payment_type("open", fund=fund)
    make_payment_type("first-day", fund=fund, open_from=TODAY)
    make_payment_type("last-day", fund=fund, open_until=TODAY)
    make_payment_type("not-yet", fund=fund, open_from=date(2026, 3, 3))
    make_payment_type("over", fund=fund, open_until=date(2026, 3, 1))
    make_payment_type("off", fund=fund, enabled=False)
    make_payment_type("fund-off", fund=make_fund("32", enabled=False))

    slugs = {payment_type.slug for payment_type in payable_types(TODAY)}

    assert slugs == {"open", "first-day", "last-day"}


def test_payable_types_bring_their_rules_and_rates_whatever_their_number(
    django_assert_max_num_queries,
):
    make_payment_type()
    for number in range(5):
        make_payment_type(f"other-{number}", fund=make_fund(f"4{number}"))

    with django_assert_max_num_queries(3):
        for payment_type in payable_types(TODAY):
            rule = payment_type.fund.reference_rule
            str(rule and rule.check_digit)
            vat_rate(payment_type.vat_code or payment_type.fund.vat_code, TODAY)


def test_the_default_method_of_a_kind_is_found_when_enabled():
    cash = make_method(MethodKind.CASH)

    assert default_method(MethodKind.CASH) == cash
    with pytest.raises(NotSetUp, match="Cheque"):
        default_method(MethodKind.CHEQUE)
    cash.enabled = False
    cash.save()
    with pytest.raises(NotSetUp, match="Cash"):
        default_method(MethodKind.CASH)


def test_the_suspense_fund_is_found_or_missed_by_name():
    with pytest.raises(NotSetUp, match="suspense"):
        suspense_fund()
    fund = make_suspense_fund()
    assert suspense_fund() == fund
