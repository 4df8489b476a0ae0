"""What finance says about funds, payment types and methods of payment."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ims_wagtail.funds.attributes import stored
from ims_wagtail.funds.enums import AttributeKind, AttributeOwner, MethodKind
from ims_wagtail.funds.models import Attribute, AttributeValue, LedgerCode
from ims_wagtail.funds.selectors import attribute_values, ledger_code, payable_types
from tests.factories import make_fund, make_method, make_payment_type


pytestmark = pytest.mark.django_db


def problems(obj) -> dict:
    """What is wrong with an object, by field; nothing when it may be saved."""
    try:
        obj.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


# Methods of payment.


@pytest.mark.parametrize(
    ("background", "text", "field"),
    [
        ("#2185d0", "", "text_colour"),
        ("", "#ffffff", "background_colour"),
        ("#fbbd08", "#ffffff", "text_colour"),
        ("#b5cc18", "#ffffff", "text_colour"),
        ("blue", "#ffffff", "background_colour"),
        ("#2185d", "#ffffff", "background_colour"),
        ("#1f6fb0", "#fff", "text_colour"),
    ],
)
def test_colours_that_can_not_be_read_are_refused(background, text, field):
    method = make_method()
    method.background_colour, method.text_colour = background, text

    assert field in problems(method)


@pytest.mark.parametrize(("background", "text"), [("", ""), ("#1f6fb0", "#FFFFFF")])
def test_colours_that_can_be_read_are_taken(background, text):
    method = make_method()
    method.background_colour, method.text_colour = background, text

    assert problems(method) == {}


@pytest.mark.parametrize("field", ["minimum_amount", "maximum_amount"])
def test_a_limit_below_nothing_is_refused_in_words(field):
    method = make_method()
    setattr(method, field, Decimal("-1.00"))

    assert problems(method)[field] == ["Enter an amount of £0 or more"]


def test_a_least_above_the_most_is_refused_in_words():
    method = make_method(minimum_amount=Decimal("1.00"), maximum_amount=Decimal("2.00"))
    method.minimum_amount = Decimal("3.00")

    assert problems(method)["__all__"] == ["The least can't be more than the most"]


def test_a_second_default_of_a_kind_is_told_what_to_do():
    make_method(MethodKind.CASH)
    other = make_method(MethodKind.CASH, code="C2", is_default=False)
    other.is_default = True

    assert "take the tick away there first" in problems(other)["__all__"][0]


@pytest.mark.parametrize("code", ["£100", "ÅÄÖ", "9640;DROP", " 9640", "9" * 31])
def test_a_clearing_code_no_ledger_could_read_is_refused(code):
    method = make_method()
    method.clearing_code = code

    assert "clearing_code" in problems(method)


# Funds and payment types.


def test_only_one_fund_is_the_fund_of_ereturns():
    make_fund("01", is_ereturn_default=True)
    other = make_fund("02")
    other.is_ereturn_default = True

    assert "take the tick away there first" in problems(other)["__all__"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("23", "This code is taken: choose another one"),
        ("123456", "at most 5 characters"),
        ("ÅÄ", "Use capital letters and digits only"),
        ("２３", "Use capital letters and digits only"),
    ],
)
def test_codes_that_can_not_be_are_refused_in_words(code, reason):
    make_fund("23")
    other = make_fund("24")
    other.code = code

    assert reason in problems(other)["code"][0]


def test_a_name_as_long_as_allowed_may_be_in_any_script():
    fund = make_fund(name="Treth y Cyngor ŵŷ 🌱" + "ŵ" * 31)
    assert problems(fund) == {}
    fund.name += "ŵ"
    assert "name" in problems(fund)


@pytest.mark.parametrize("field", ["minimum_amount", "maximum_amount"])
def test_a_payment_types_limit_below_a_penny_is_refused_in_words(field):
    payment_type = make_payment_type()
    setattr(payment_type, field, Decimal("-5.00"))

    assert problems(payment_type)[field] == ["Enter an amount of 1p or more"]


def test_what_residents_choose_from_stands_in_the_councils_order():
    fund = make_fund()
    make_payment_type("apples", fund=fund, position=2)
    make_payment_type("pears", fund=fund, position=1)
    make_payment_type("plums", fund=fund)

    assert [kind.slug for kind in payable_types(date(2026, 5, 1))] == ["plums", "pears", "apples"]


# General-ledger codes.


def test_a_ledger_code_holds_from_its_day_until_the_next():
    fund = make_fund()
    LedgerCode.objects.create(fund=fund, starts=date(2026, 4, 1), code="964101")
    LedgerCode.objects.create(fund=fund, starts=date(2027, 4, 1), code="72100/021754")

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)]
    assert [ledger_code(fund, day) for day in days] == ["", "964101", "964101", "72100/021754"]


def test_two_codes_can_not_begin_on_one_day():
    fund = make_fund()
    LedgerCode.objects.create(fund=fund, starts=date(2026, 4, 1), code="1")

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerCode.objects.create(fund=fund, starts=date(2026, 4, 1), code="2")


# The council's own attributes.


def make_attribute(kind: AttributeKind, name: str = "fact", **values) -> Attribute:
    return Attribute.objects.create(
        **{"name": name, "label": name.title(), "kind": kind, "applies_to": AttributeOwner.FUND}
        | values
    )


def test_values_come_back_as_what_they_are():
    fund = make_fund()
    kept = {
        AttributeKind.TEXT: ("Treth Gyngor", "Treth Gyngor"),
        AttributeKind.NUMBER: (stored(Decimal("1.50")), Decimal("1.50")),
        AttributeKind.DATE: (stored(date(2026, 4, 1)), date(2026, 4, 1)),
        AttributeKind.YES_NO: ("no", False),
        AttributeKind.CHOICE: ("North", "North"),
    }
    for kind, (text, _value) in kept.items():
        choices = ["North", "South"] if kind == AttributeKind.CHOICE else []
        attribute = make_attribute(kind, name=str(kind.value), choices=choices)
        AttributeValue.objects.create(attribute=attribute, fund=fund, value=text)

    assert attribute_values(fund) == {kind.value: value for kind, (_t, value) in kept.items()}


def test_a_choice_in_use_can_not_be_taken_away():
    attribute = make_attribute(AttributeKind.CHOICE, choices=["North", "South"])
    AttributeValue.objects.create(attribute=attribute, fund=make_fund(), value="North")

    attribute.choices = ["South", "West"]
    assert "“North” is in use" in problems(attribute)["choices"][0]
    attribute.choices = ["North", "West"]
    assert problems(attribute) == {}


def test_a_kind_that_values_do_not_fit_is_refused():
    attribute = make_attribute(AttributeKind.TEXT)
    AttributeValue.objects.create(attribute=attribute, fund=make_fund(), value="Parks")

    attribute.kind = AttributeKind.NUMBER
    assert "“Parks” is in use" in problems(attribute)["kind"][0]


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        (AttributeKind.CHOICE, []),
        (AttributeKind.CHOICE, ["North", "North"]),
        (AttributeKind.TEXT, ["North"]),
    ],
)
def test_choices_that_make_no_sense_are_refused(kind, choices):
    attribute = Attribute(
        name="area", label="Area", kind=kind, applies_to=AttributeOwner.FUND, choices=choices
    )

    assert "choices" in problems(attribute)


@pytest.mark.parametrize("name", ["Cost centre", "1st", "kostnadsställe", "COST"])
def test_a_name_that_would_break_a_file_is_refused(name):
    attribute = Attribute(
        name=name, label="x", kind=AttributeKind.TEXT, applies_to=AttributeOwner.FUND
    )

    assert "name" in problems(attribute)
