"""May this be paid? Every problem is told at once, and nothing about other people's accounts."""

from datetime import date
from decimal import Decimal

import pytest

from ims_wagtail.accounts.checks import (
    PaymentRefused,
    check_fund_line,
    check_payment,
    looks_like_card_number,
)
from ims_wagtail.accounts.enums import Audience, StopEffect
from ims_wagtail.funds.enums import (
    AmountSource,
    CharacterType,
    CheckDigitAlgorithm,
    MethodKind,
    ReferenceSource,
)
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types
from tests.casebook import cases, scenario
from tests.factories import (
    make_account_holder,
    make_check_digit,
    make_council_tax_rule,
    make_fund,
    make_method,
    make_payment_type,
    make_price,
    make_rule,
    make_stop_message,
    make_vat_code,
)


pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
GOOD = "301122331"
UNKNOWN = "123456780"


@pytest.fixture
def council_tax() -> PaymentType:
    """A payment type whose accounts must exist, with one account."""
    fund = make_fund(
        name="Council tax", reference_rule=make_council_tax_rule(), account_must_exist=True
    )
    make_account_holder(fund=fund, reference=GOOD)
    return make_payment_type(fund=fund)


def check(payment_type, *, reference=GOOD, amount="10.00", audience=Audience.PUBLIC, **rest):
    return check_payment(
        payment_type=payment_type,
        reference=reference,
        amount=Decimal(amount),
        audience=audience,
        on=TODAY,
        **rest,
    )


def refusal(payment_type, **rest) -> list[tuple[str, str, str]]:
    with pytest.raises(PaymentRefused) as refused:
        check(payment_type, **rest)
    return [(problem.field, problem.code, problem.message) for problem in refused.value.problems]


def codes(payment_type, **rest) -> list[str]:
    return [code for _, code, _ in refusal(payment_type, **rest)]


def test_a_payment_that_is_right_comes_back_normalised_with_its_vat(council_tax):
    council_tax.vat_code = make_vat_code("W0", rate="0.2")

    checked = check(council_tax, reference=" 301 122 331 ", amount="120.00")

    assert (checked.reference, checked.amount) == (GOOD, Decimal("120.00"))
    assert (checked.vat_code.code, checked.vat_rate) == ("W0", Decimal("0.2"))
    assert checked.vat_amount == Decimal("20.00")
    assert checked.account.surname == "Brook"
    assert checked.warnings == ()


def test_every_problem_is_told_at_once(council_tax):
    council_tax.enabled = False

    assert codes(council_tax, reference="301122332", amount="5000.01") == [
        "closed",
        "check_digit",
        "too_much",
    ]


def test_checking_makes_one_query_and_none_for_a_wrong_reference(
    council_tax, django_assert_num_queries
):
    payment_type = payable_types(TODAY).get()

    with django_assert_num_queries(1):
        check(payment_type)
    with django_assert_num_queries(0):
        codes(payment_type, reference="1")


def test_an_account_that_must_exist_is_still_checked_against_the_whole_rule(council_tax):
    """In the earlier system the look-up replaced mask and check digit."""
    make_account_holder(fund=council_tax.fund, reference="301122332")

    assert codes(council_tax, reference="301122332") == ["check_digit"]


def test_the_same_reference_in_another_fund_is_another_account(council_tax):
    other = make_payment_type(
        "business-rates",
        fund=make_fund("24", reference_rule=make_council_tax_rule(), account_must_exist=True),
    )

    assert codes(other, reference=GOOD) == ["not_payable"]


# Stop messages


@pytest.mark.parametrize("staff_effect", StopEffect.values)
def test_residents_cannot_tell_an_unknown_account_from_a_stopped_one(council_tax, staff_effect):
    assert "one generic message" in scenario("FS048")["expected"]
    holder = council_tax.fund.account_holders.get()
    holder.stop_message = make_stop_message(fund=council_tax.fund, staff_effect=staff_effect)
    holder.balance, holder.balance_at = Decimal("1.00"), "2026-01-01T00:00Z"
    holder.save()
    council_tax.fund.allow_overpayment = False

    stopped = refusal(council_tax, reference=GOOD)
    unknown = refusal(council_tax, reference=UNKNOWN)

    assert stopped == unknown
    assert "account number" in stopped[0][2]


def test_residents_read_the_words_finance_wrote_for_them_and_never_the_staff_ones(council_tax):
    holder = council_tax.fund.account_holders.get()
    holder.stop_message = make_stop_message(
        fund=council_tax.fund,
        staff_text="COURT - refer to bailiff",
        public_text="Call us on 01632 960000 before you pay",
    )
    holder.save()

    assert refusal(council_tax) == [
        ("reference", "stopped", "Call us on 01632 960000 before you pay")
    ]
    assert refusal(council_tax, audience=Audience.STAFF) == [
        ("reference", "stopped", "COURT - refer to bailiff")
    ]


def test_a_warning_lets_the_payment_through_for_its_own_audience(council_tax):
    holder = council_tax.fund.account_holders.get()
    holder.stop_message = make_stop_message(
        fund=council_tax.fund,
        staff_effect=StopEffect.WARN,
        staff_text="Refer for interest",
        public_effect=StopEffect.NONE,
    )
    holder.save()

    assert check(council_tax).warnings == ()
    assert check(council_tax, audience=Audience.STAFF).warnings == ("Refer for interest",)


def test_staff_are_told_that_an_account_does_not_exist(council_tax):
    [(field, code, message)] = refusal(council_tax, reference=UNKNOWN, audience=Audience.STAFF)

    assert (field, code) == ("reference", "account_not_found")
    assert "Council tax" in message


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "reference.account_exists",
        corrected={"on stop, Finance user": "the message says whom it stops, not a role"},
    ),
)
def test_accounts_must_exist_and_not_be_stopped(council_tax, case, correction):
    given, expected = case["input"], case["expected"]
    holder = council_tax.fund.account_holders.get()
    if given["fund_message_id"]:
        holder.stop_message = make_stop_message(fund=council_tax.fund, staff_effect=StopEffect.NONE)
        holder.save()
    reference = GOOD if given["account_holder"] else UNKNOWN

    if expected["valid"]:
        assert check(council_tax, reference=reference, audience=Audience.STAFF)
    else:
        assert codes(council_tax, reference=reference, audience=Audience.STAFF)


# Amounts


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "reference.amount",
        corrected={
            "amount 100.00 against fund max 99.99, MOP max 98.99, MOP min 97.99": (
                "the lowest limit is named, not the first"
            ),
            "amount 97.989 against fund max 99.99, MOP max 98.99, MOP min 97.99": (
                "a fraction of a penny is no amount"
            ),
        },
    ),
)
def test_the_limits_of_fund_and_method_hold_without_any_rule(case, correction):
    """The earlier system checked no amount in a fund without a reference rule."""
    given, expected = case["input"], case["expected"]
    fund = make_fund(maximum_amount=Decimal(given["fund_maximum"]))
    method = make_method(
        MethodKind.CASH,
        minimum_amount=Decimal(given["mop_minimum"]),
        maximum_amount=Decimal(given["mop_maximum"]),
    )
    payment_type = make_payment_type(fund=fund)

    if expected["valid"]:
        assert check(payment_type, amount=given["amount"], method=method)
        return
    [(field, _, message)] = refusal(payment_type, amount=given["amount"], method=method)
    assert field == "amount"
    if given["amount"] == "97.989":
        assert "pounds and pence" in message
    else:
        limit = "£98.99" if given["amount"] == "100.00" else expected["error"].split()[-1]
        assert limit in message


def test_the_limits_of_the_payment_type_hold_too():
    payment_type = make_payment_type(minimum_amount=Decimal(5), maximum_amount=Decimal(50))

    assert refusal(payment_type, amount="4.99")[0][1:] == (
        "too_little",
        "Amount must be £5.00 or more",
    )
    assert refusal(payment_type, amount="50.01")[0][1:] == (
        "too_much",
        "Amount must be £50.00 or less",
    )
    assert check(payment_type, amount="5.00")
    assert check(payment_type, amount="50.00")


@pytest.mark.parametrize(
    ("case", "correction"),
    [case for case in cases("payment.create") if "amount" in case.values[0]["input"]],
)
def test_amounts_of_a_card_payment(case, correction):
    payment_type = make_payment_type()

    if case["expected"]["success"]:
        assert check(payment_type, amount=case["input"]["amount"])
    else:
        assert [p[0] for p in refusal(payment_type, amount=case["input"]["amount"])] == ["amount"]


@pytest.mark.parametrize("amount", ["0.00", "NaN", "Infinity", "-Infinity", "0.001", "1E+12"])
def test_what_is_no_sum_of_money_is_refused(amount):
    assert [p[0] for p in refusal(make_payment_type(), amount=amount)] == ["amount"]


def test_an_account_is_not_overpaid_where_the_fund_forbids_it(council_tax):
    fund = council_tax.fund
    fund.allow_overpayment = False
    holder = fund.account_holders.get()
    holder.balance, holder.balance_at = Decimal("20.00"), "2026-01-01T00:00Z"
    holder.save()

    assert check(council_tax, amount="20.00")
    [(_, code, for_staff)] = refusal(council_tax, amount="20.01", audience=Audience.STAFF)
    [(_, _, for_residents)] = refusal(council_tax, amount="20.01")
    assert code == "over_balance"
    assert "£20.00" in for_staff
    assert "20" not in for_residents
    fund.allow_overpayment = True
    assert check(council_tax, amount="20.01")


def test_a_fixed_price_is_the_only_amount():
    payment_type = make_payment_type(amount_source=AmountSource.FIXED, price=make_price("45.00"))

    assert check(payment_type, amount="45.00")
    assert refusal(payment_type, amount="44.99") == [
        ("amount", "not_the_price", "The price is £45.00")
    ]


# Fixed accounts, opening days, VAT


def test_a_fixed_account_ignores_what_is_typed_and_blames_no_field():
    payment_type = make_payment_type(reference_source=ReferenceSource.FIXED, fixed_reference=GOOD)

    assert check(payment_type, reference="anything").reference == GOOD
    payment_type.fixed_reference = "1"
    [(field, _, message)] = refusal(payment_type)
    assert field == "payment_type"
    assert message == "You can't pay for Council tax at the moment"


@pytest.mark.parametrize(
    "changes",
    [{"enabled": False}, {"open_from": date(2026, 3, 3)}, {"open_until": date(2026, 3, 1)}],
)
def test_a_closed_payment_type_is_refused(changes):
    payment_type = make_payment_type(**changes)

    assert refusal(payment_type)[0][:2] == ("payment_type", "closed")


def test_a_vat_code_without_a_rate_refuses_rather_than_charging_nothing(council_tax, caplog):
    council_tax.vat_code = make_vat_code("W0", rate="0.2")
    council_tax.vat_code.rates.update(starts=date(2027, 1, 1))

    [(field, code, message)] = refusal(council_tax)

    assert (field, code) == ("payment_type", "no_vat_rate")
    assert "W0" not in message
    assert "W0" in caplog.text


@pytest.mark.parametrize(("case", "correction"), cases("vat.strategy"))
def test_another_vat_code_counts_where_the_fund_lets_staff_choose(case, correction):
    given, expected = case["input"], case["expected"]
    fund = make_fund(
        given["fund_code"],
        vat_code=make_vat_code(given["fund_vat_code"], rate=given["fund_vat_rate"]),
        vat_override=given["fund_vat_override"],
    )
    requested = make_vat_code(given["requested_vat_code"], rate=given["requested_vat_rate"])

    checked = check_fund_line(
        fund=fund, reference="1", amount=Decimal(given["amount"]), vat_code=requested, on=TODAY
    )

    assert checked.vat_code.code == expected["vat_code"]
    assert checked.vat_rate == Decimal(expected["vat_rate"])
    assert checked.vat_amount == Decimal(expected["vat_amount"])


def test_a_correction_may_be_negative_but_keeps_the_fund_limit():
    fund = make_fund(vat_code=make_vat_code("W0", rate="0.2"), maximum_amount=Decimal(100))

    checked = check_fund_line(fund=fund, reference="1", amount=Decimal("-10.00"), on=TODAY)

    assert checked.vat_amount == Decimal("-1.67")
    with pytest.raises(PaymentRefused, match="£100.00 or less"):
        check_fund_line(fund=fund, reference="1", amount=Decimal("-100.01"), on=TODAY)
    with pytest.raises(PaymentRefused, match="more than £0.00"):
        check_fund_line(fund=fund, reference="1", amount=Decimal("0.00"), on=TODAY)


# Card numbers


CARD = "4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "card 5500005555555559",
        "378282246310005",
    ],
)
def test_card_numbers_are_recognised(text):
    assert looks_like_card_number(text)


@pytest.mark.parametrize("text", ["4111111111111112", "411111111111", GOOD, "", "4" * 20, "AB12"])
def test_other_numbers_are_not_taken_for_cards(text):
    assert not looks_like_card_number(text)


@pytest.mark.parametrize("typed", [CARD, "4111 1111 1111 1111"])
def test_a_card_number_is_refused_without_repeating_it(council_tax, typed):
    for payment_type in (council_tax, make_payment_type("anything", fund=make_fund("99"))):
        [(field, code, message)] = refusal(payment_type, reference=typed)

        assert (field, code) == ("reference", "card_number")
        assert "card number" in message
        assert "4111" not in message


def test_a_rule_that_accepts_anything_does_not_vouch_for_a_card_number():
    rule = make_rule("Anything", character_type=CharacterType.LETTERS_DIGITS)
    payment_type = make_payment_type(fund=make_fund(reference_rule=rule))

    assert codes(payment_type, reference=CARD) == ["card_number"]


def test_a_library_card_passes_although_it_looks_like_a_bank_card():
    rule = make_rule(
        "Library",
        minimum_length=14,
        maximum_length=14,
        mask="#############@",
        check_digit=make_check_digit(
            "Library", algorithm=CheckDigitAlgorithm.DYNIX, weights=[2, 0] * 7
        ),
    )
    payment_type = make_payment_type("library", fund=make_fund("5M", reference_rule=rule))

    assert looks_like_card_number("21234005678917")
    assert check(payment_type, reference="21234005678917").reference == "21234005678917"
