"""Money is exact, and people are told in words what an amount should look like."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ims_wagtail.money import (
    MAXIMUM,
    AmountError,
    format_pounds,
    from_pence,
    parse_amount,
    split_vat,
    to_pence,
)
from tests.casebook import cases


RATES = ["0", "0.05", "0.125", "0.2"]
EVERY_PENNY = range(1, 1_000_001)

pence = st.integers(min_value=1, max_value=10**12 - 1)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12", "12.00"),
        ("45.50", "45.50"),
        ("£1,234.50", "1234.50"),
        (" £ 1 234.50 ", "1234.50"),
        ("£1\u00a0234.50", "1234.50"),
        ("0.01", "0.01"),
        ("1,000,000", "1000000.00"),
        ("9,999,999,999.99", "9999999999.99"),
    ],
)
def test_amounts_are_read_as_residents_type_them(typed, amount):
    assert parse_amount(typed) == Decimal(amount)
    assert parse_amount(typed).as_tuple().exponent == -2


@given(pence)
def test_an_amount_written_for_people_reads_back_as_the_same_amount(number):
    amount = from_pence(number)

    assert parse_amount(format_pounds(amount)) == amount
    assert parse_amount(str(amount)) == amount
    assert to_pence(amount) == number


@pytest.mark.parametrize(
    "typed",
    [
        "-5.00", "£-5", "-£5.00", "+5.00", "(5.00)",
        "1e3", "1E3", "1_000",
        "1.5", "1.505", "5.", ".50", "1.2.3",
        "1,23", "1234,567", "1,2345.00", "1,234,56", "1.234,50",
        "１２.００", "٥", "1२", "¹",
        "€5.00", "$5.00", "5.00£", "££5", "GBP 5",
        "five", "5 pounds", "NaN", "Infinity", "1/2", "0x10",
        "5\n.00", "5;00",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_was_typed_and_what_is_right(typed):
    with pytest.raises(AmountError) as refused:
        parse_amount(typed)

    assert f"“{typed.strip()}”" in str(refused.value)
    assert "45.50" in str(refused.value)


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_nothing_typed_asks_for_an_amount(typed):
    with pytest.raises(AmountError, match="Enter an amount"):
        parse_amount(typed)


@pytest.mark.parametrize("typed", ["0", "0.00", "£0", "000,000"])
def test_nothing_to_pay_is_refused(typed):
    with pytest.raises(AmountError, match="more than £0.00"):
        parse_amount(typed)


def test_more_than_the_ledger_holds_is_refused_with_the_limit():
    with pytest.raises(AmountError, match="£9,999,999,999.99 or less"):
        parse_amount("999,999,999,999")


@given(st.text(max_size=40) | st.text(alphabet="0123456789.,£ \u00a0-e１", max_size=14))
def test_whatever_is_typed_gives_whole_pence_or_a_message(typed):
    try:
        amount = parse_amount(typed)
    except AmountError as refused:
        assert str(refused)
    else:
        assert 0 < amount <= MAXIMUM
        assert from_pence(to_pence(amount)) == amount
        assert typed.isascii() or set(typed) - set("£\u00a0\u202f") <= set("0123456789,. \t")


@given(st.text(alphabet="0123456789", min_size=1, max_size=9), st.integers(3, 6))
def test_more_than_two_decimals_are_never_rounded_away(pounds, places):
    with pytest.raises(AmountError):
        parse_amount(f"{pounds}.{'0' * places}")


def test_a_fraction_of_a_penny_has_no_whole_pence():
    with pytest.raises(ValueError, match="10.005"):
        to_pence(Decimal("10.005"))


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1234.5", "£1,234.50"), ("-1234.5", "-£1,234.50"), ("0", "£0.00"), ("0.1", "£0.10")],
)
def test_amounts_are_written_with_separators_and_two_decimals(amount, written):
    assert format_pounds(Decimal(amount)) == written


@pytest.mark.parametrize("rate", RATES)
def test_every_penny_to_ten_thousand_pounds_splits_exactly(rate):
    """VAT is the exact share rounded half to even, and net and VAT make up the gross again."""
    share = Fraction(rate) / (1 + Fraction(rate))
    numerator, denominator = share.numerator, share.denominator
    fraction = Decimal(rate)
    wrong = []
    for penny in EVERY_PENNY:
        whole, rest = divmod(penny * numerator, denominator)
        double = 2 * rest
        if double > denominator or (double == denominator and whole & 1):
            whole += 1
        gross = Decimal(penny).scaleb(-2)
        split = split_vat(gross=gross, rate=fraction)
        if split.vat.scaleb(2) != whole or split.net + split.vat != gross:
            wrong.append(penny)
    assert wrong == []


@given(st.integers(1, 10**9), st.sampled_from([Decimal(rate) for rate in [*RATES, "0.175", "1"]]))
def test_vat_is_within_half_a_penny_and_a_refund_takes_back_the_same(number, rate):
    gross = from_pence(number)
    split = split_vat(gross=gross, rate=rate)
    exact = Fraction(gross) * Fraction(rate) / (1 + Fraction(rate))

    assert abs(Fraction(split.vat) - exact) <= Fraction(1, 200)
    assert split.vat.as_tuple().exponent == -2
    refund = split_vat(gross=-gross, rate=rate)
    assert (refund.gross, refund.net, refund.vat) == (-gross, -split.net, -split.vat)


@given(st.lists(pence, min_size=2, max_size=10))
def test_vat_of_several_lines_is_the_sum_of_rounded_lines(numbers):
    splits = [split_vat(gross=from_pence(number), rate=Decimal("0.2")) for number in numbers]

    total = sum((split.gross for split in splits), Decimal(0))
    assume(total <= MAXIMUM)
    assert sum(split.net for split in splits) + sum(split.vat for split in splits) == total


@pytest.mark.parametrize(("case", "correction"), cases("vat.inclusive"))
def test_vat_is_what_the_earlier_system_worked_out(case, correction):
    split = split_vat(gross=Decimal(case["input"]["gross"]), rate=Decimal(case["input"]["rate"]))

    assert split.vat == Decimal(case["expected"]["vat_amount"])


@pytest.mark.parametrize(("case", "correction"), cases("vat.rounding"))
def test_half_pennies_round_to_the_even_penny(case, correction):
    split = split_vat(gross=Decimal(case["input"]["gross"]), rate=Decimal(case["input"]["rate"]))

    assert split.vat == Decimal(case["expected"]["vat_amount_bankers"])
