"""Rules and payment types that can't work are refused at the field that is wrong."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ims_wagtail.funds.enums import AmountSource, CheckDigitAlgorithm, MethodKind, ReferenceSource
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from tests.factories import (
    make_check_digit,
    make_council_tax_rule,
    make_fund,
    make_method,
    make_payment_type,
    make_rule,
    make_suspense_fund,
    make_vat_code,
)


pytestmark = pytest.mark.django_db


def errors_of(instance) -> dict[str, list[str]]:
    try:
        instance.full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minimum_length": 10}, "maximum_length"),
        ({"mask": "########"}, "mask"),
        ({"mask": "#########@"}, "mask"),
        ({"mask": "#######@@"}, "mask"),
        ({"mask": "#######é@"}, "mask"),
        ({"check_digit": None}, "mask"),
        ({"maximum_length": 10, "mask": ""}, "check_digit"),
        ({"pattern": "("}, "pattern"),
        ({"pattern": "(a+)+"}, "pattern"),
        ({"example": "301122332"}, "example"),
        ({"example": "30112233"}, "example"),
        ({"minimum_length": 0}, "minimum_length"),
        ({"maximum_length": 37}, "maximum_length"),
    ],
)
def test_a_reference_rule_that_cannot_work_is_refused_at_its_field(changes, field):
    rule = make_council_tax_rule()
    for name, value in changes.items():
        setattr(rule, name, value)

    assert field in errors_of(rule)


def test_a_reference_rule_that_works_is_accepted():
    assert errors_of(make_council_tax_rule()) == {}


def test_what_the_help_says_about_other_characters_can_be_typed_as_it_stands():
    help_text = str(CheckDigit._meta.get_field("substitutions").help_text)

    assert json.loads(help_text.removeprefix("10 as A is ")) == {"10": "A"}


def test_a_dynix_check_digit_stands_at_the_end():
    dynix = make_check_digit("Library", algorithm=CheckDigitAlgorithm.DYNIX, weights=[2, 0] * 7)
    rule = ReferenceRule(name="Library", minimum_length=4, maximum_length=4, check_digit=dynix)

    rule.mask = "@###"
    assert "mask" in errors_of(rule)
    rule.mask = "###@"
    assert errors_of(rule) == {}


def test_the_database_refuses_a_check_place_without_a_check_digit():
    with pytest.raises(IntegrityError, match="ims_mask_has_its_check_digit"), transaction.atomic():
        make_rule(mask="####@")


def test_the_database_keeps_lengths_days_and_limits_in_order():
    fund = make_fund()
    for make in (
        lambda: make_rule(minimum_length=5, maximum_length=4),
        lambda: make_payment_type(
            fund=fund, open_from=date(2026, 2, 1), open_until=date(2026, 1, 31)
        ),
        lambda: make_payment_type(fund=fund, minimum_amount=Decimal(5), maximum_amount=Decimal(4)),
        lambda: make_payment_type(fund=fund, amount_source=AmountSource.FIXED),
        lambda: make_payment_type(fund=fund, reference_source=ReferenceSource.FIXED),
        lambda: make_method(minimum_amount=Decimal(5), maximum_amount=Decimal(4)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_there_is_one_suspense_fund_and_one_default_method_of_a_kind():
    make_suspense_fund()
    make_method(MethodKind.CASH)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_suspense_fund("S2")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_method(MethodKind.CASH, code="CA2")


def test_a_vat_code_has_one_rate_a_day_and_none_above_everything():
    code = make_vat_code("W0", rate="0.2")

    with pytest.raises(IntegrityError), transaction.atomic():
        code.rates.create(starts=date(2000, 1, 1), rate=Decimal("0.175"))
    with pytest.raises(IntegrityError), transaction.atomic():
        code.rates.create(starts=date(2001, 1, 1), rate=Decimal("1.5"))


def test_a_fixed_account_is_stored_as_the_fund_writes_it():
    payment_type = make_payment_type()
    payment_type.reference_source = ReferenceSource.FIXED

    payment_type.fixed_reference = " 301 122 331 "
    assert errors_of(payment_type) == {}
    assert payment_type.fixed_reference == "301122331"

    payment_type.fixed_reference = "301122332"
    assert "fixed_reference" in errors_of(payment_type)

    payment_type.fixed_reference = ""
    assert errors_of(payment_type) == {
        "fixed_reference": ["Enter the account that every payment goes to"]
    }


def test_a_payment_type_that_nobody_could_pay_is_refused_at_its_field():
    payment_type = make_payment_type()
    payment_type.maximum_amount = payment_type.fund.maximum_amount + 1
    payment_type.amount_source = AmountSource.FIXED
    payment_type.reference_label = ""

    assert errors_of(payment_type).keys() >= {
        "maximum_amount",
        "price",
        "reference_label",
    }
    assert "£5,000.00" in errors_of(payment_type)["maximum_amount"][0]


def test_residents_cannot_pay_into_suspense():
    payment_type = make_payment_type(fund=make_suspense_fund())

    assert "fund" in errors_of(payment_type)
