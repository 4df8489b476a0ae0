"""The page of one posting, and of one order."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post
from ims_wagtail.ledger.services import reverse as take_back

from .council import make_line, make_payment
from .people import ALL_FUNDS, logged_in, make_person
from .screens import read, table


pytestmark = pytest.mark.django_db

SEE = "ims_ledger.view_transaction"


def page_of(client, posting):
    return client.get(reverse("ims_postings:inspect", args=[posting.pk]))


def test_a_payment_is_explained_in_full(council):
    officer = logged_in(
        make_person(
            SEE,
            "ims_ledger.view_payerdetails",
            "ims_payments.view_order",
            "ims_payments.view_attempt",
            funds=(ALL_FUNDS,),
        )
    )

    response = page_of(officer, council.alpha.posting)

    page = read(response)
    (line, total) = table(response)
    assert (line["Fund"], line["Account reference"], line["Amount"]) == (
        "AA alpha fund",
        "ALPHA1",
        "£10.00",
    )
    assert total["Reference"] == "Total"
    assert page.facts["Name"] == "alpha payer"
    assert page.facts["Entered by"] == "Nobody: it came by itself"
    assert page.facts["State"] == "Not paid"
    assert page.links["Payment " + council.alpha.order.reference] == reverse(
        "ims_orders:inspect", args=[council.alpha.order.pk]
    )


def test_the_payer_is_shown_only_to_people_who_may_know_payers(council):
    clerk = logged_in(make_person(SEE, "ims_payments.view_order", funds=(ALL_FUNDS,)))

    text = page_of(clerk, council.alpha.posting).content.decode()

    assert "ALPHA1" in text
    assert "alpha payer" not in text
    assert "alpha@example.org" not in text


def test_what_the_provider_said_is_shown_only_to_people_who_may_see_attempts(council):
    clerk = logged_in(make_person(SEE, "ims_payments.view_order", funds=(ALL_FUNDS,)))

    text = page_of(clerk, council.alpha.posting).content.decode()

    assert "said failed" not in text
    assert "alpha problem" not in text


def test_lines_of_other_funds_are_counted_and_not_shown(council):
    with transaction.atomic():
        both = post(
            kind=PostingKind.PAYMENT,
            source="basket of two",
            lines=[
                make_line(council.alpha.fund, council.method, word="mine", amount="10.00"),
                make_line(council.bravo.fund, council.method, word="theirs", amount="77.00"),
            ],
        ).posting
    clerk = logged_in(make_person(SEE, funds=(council.alpha.fund,)))

    text = page_of(clerk, both).content.decode()

    assert "MINE1" in text
    assert "THEIRS1" not in text
    assert "87.00" not in text
    assert "One more line is in a fund you don&#x27;t work in." in text or (
        "One more line is in a fund you don't work in." in text
    )


def test_a_posting_and_its_reversal_lead_to_each_other(council):
    bob = make_person(SEE, funds=(ALL_FUNDS,), name="bob")
    paid = make_payment(
        council.alpha.fund, council.method, source="p", at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    with transaction.atomic():
        back = take_back(posting=paid, source="p:back", narrative="Wrong account", by=bob).posting

    page, other = read(page_of(logged_in(bob), paid)), read(page_of(logged_in(bob), back))

    assert page.links[back.in_words] == reverse("ims_postings:inspect", args=[back.pk])
    assert other.links[paid.in_words] == reverse("ims_postings:inspect", args=[paid.pk])
    assert other.facts["Entered by"] == "bob"
    assert Decimal(back.total) == -paid.total
