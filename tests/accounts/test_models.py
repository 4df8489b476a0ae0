"""What the database refuses about accounts, whoever writes them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.accounts.models import AccountHolder
from tests.casebook import cases
from tests.factories import make_account_holder, make_fund, make_stop_message


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("case", "correction"), cases("account_holder.fund_message"))
def test_a_stop_message_belongs_to_the_accounts_own_fund(case, correction):
    funds = {code: make_fund(code) for code in ("F1", "F2")}
    messages = {
        message["id"]: make_stop_message(fund=funds[message["fund_code"]])
        for message in case["input"]["known_messages"]
    }
    holder = AccountHolder(
        fund=funds[case["input"]["fund_code"]],
        reference="1",
        stop_message=messages.get(case["input"]["fund_message_id"]),
    )

    if case["expected"]["valid"]:
        holder.full_clean()
    else:
        with pytest.raises(ValidationError, match="another fund"):
            holder.full_clean()
        with pytest.raises(IntegrityError, match="same_fund"), transaction.atomic():
            holder.save()
            connection.check_constraints()


@pytest.mark.parametrize(("case", "correction"), cases("account_holder.on_stop"))
def test_an_account_without_a_message_is_not_on_stop(case, correction):
    holder = make_account_holder(fund=make_fund())

    assert (holder.stop_message is not None) is case["expected"]


@pytest.mark.parametrize("reference", ["ab1", " AB1", "AB1 ", ""])
def test_an_account_is_kept_as_it_is_looked_up(reference):
    fund = make_fund()

    with pytest.raises(IntegrityError, match="normalised"), transaction.atomic():
        make_account_holder(fund=fund, reference=reference)


def test_a_reference_is_unique_in_its_fund_only():
    """In the earlier system a reference could exist in one fund alone."""
    fund, other = make_fund("23"), make_fund("24")
    make_account_holder(fund=fund)
    make_account_holder(fund=other)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_account_holder(fund=fund)


def test_a_balance_has_a_time_and_a_warning_has_words():
    fund = make_fund()

    with pytest.raises(IntegrityError, match="balance_has_a_time"), transaction.atomic():
        make_account_holder(fund=fund, balance=Decimal(1), balance_at=None)
    with pytest.raises(IntegrityError, match="warning_has_words"), transaction.atomic():
        make_stop_message(fund=fund, public_effect=StopEffect.WARN, public_text="")
