"""Amounts and days as senders write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.imports.enums import AmountSign, DateFormat
from ims_wagtail.imports.formats.values import (
    NotAValue,
    amount_reader,
    date_reader,
    pence_reader,
    read_amount,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.34", "12.34"),
        ("-12.34", "-12.34"),
        ("+12.34", "12.34"),
        ("12.34-", "-12.34"),
        ("(12.34)", "-12.34"),
        ("£1,234.50", "1234.50"),
        ("12.34 DR", "-12.34"),
        ("12.34CR", "12.34"),
        ("12", "12"),
        (".5", "0.5"),
        ("1.500", "1.5"),
        ("0.00", "0"),
    ],
)
def test_amounts_are_read_with_any_sign(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "1.005", "1,23", "12.3.4", "1e5", "NaN", "١٢", "--1", "(1", "-1-", "=1+1", "ten"]
    + ["10000000000.00"],
)
def test_what_is_no_amount_in_pence_is_refused(text):
    with pytest.raises(NotAValue):
        read_amount(text)


@given(amount=st.decimals("-9999999999.99", "9999999999.99", places=2))
def test_every_amount_comes_back_as_it_was_written(amount):
    assert read_amount(str(amount)) == amount
    assert read_amount(f"{amount:,}") == amount
    assert pence_reader(2)(str(int(amount * 100))) == amount


def test_implied_decimals_and_opposite_signs():
    assert pence_reader(2)("0000001234") == Decimal("12.34")
    assert pence_reader(0)("12") == 12
    assert pence_reader(2)("1234-") == Decimal("-12.34")
    opposite = amount_reader(decimals=None, sign=AmountSign.OPPOSITE)
    assert opposite("-5.00") == 5
    for wrong in ("12.34", "", "1 2", "-12-"):
        with pytest.raises(NotAValue):
            pence_reader(2)(wrong)
    with pytest.raises(NotAValue):
        pence_reader(3)("12345")


@pytest.mark.parametrize("written", DateFormat)
@given(day=st.dates(date(2000, 1, 1), date(2068, 12, 31)))
def test_every_day_comes_back_in_every_format(written, day):
    assert date_reader(written)(day.strftime(written)) == day


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (DateFormat.SLASHES, "29/02/2025"),
        (DateFormat.SLASHES, "2025-02-28"),
        (DateFormat.SLASHES, "12/31/2025"),
        (DateFormat.COMPACT, "2026112"),
        (DateFormat.COMPACT, "0"),
        (DateFormat.ISO, "yesterday"),
        (DateFormat.ISO, ""),
    ],
)
def test_a_day_that_does_not_exist_is_refused_saying_how_days_are_written(written, text):
    with pytest.raises(NotAValue, match=str(written.label)):
        date_reader(written)(text)


def test_29_february_exists_in_leap_years_only():
    read = date_reader(DateFormat.SLASHES)
    assert read("29/02/2024") == date(2024, 2, 29)
    with pytest.raises(NotAValue):
        read("29/02/2023")
