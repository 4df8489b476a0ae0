"""Accounts are suggested with a reason and a score, and two people name whom a payer means."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.funds import rule_library
from ims_wagtail.ledger.entries import Payer
from ims_wagtail.ledger.models import PayerDetails
from ims_wagtail.suspense.bulk import accept, items_to_match, matches
from ims_wagtail.suspense.exceptions import SuspenseRefused
from ims_wagtail.suspense.known_payers import forget_payer, propose_payer
from ims_wagtail.suspense.models import SuspenseItem
from ims_wagtail.suspense.ownership import take
from ims_wagtail.suspense.remaining import with_remaining
from ims_wagtail.suspense.suggesting.suggestions import suggest
from tests.corrections.making import breaches, paid, to
from tests.factories import (
    make_account_holder,
    make_council_tax_rule,
    make_fund,
    make_payment_type,
    make_stop_message,
)

from .making import DOES, SEES, allocate, left_of, make_matcher, unmatched


pytestmark = pytest.mark.django_db

KNOWS = ("ims_accounts.view_accountholder", "ims_ledger.view_payerdetails")


@pytest.fixture
def tax(council):
    """A fund whose references have a check digit, payable online."""
    fund = make_fund("CT", reference_rule=make_council_tax_rule())
    make_payment_type("council-tax", fund=fund)
    return fund


@pytest.fixture
def officer(council):
    return make_matcher(*SEES, *DOES, *KNOWS, alone="1000.00", name="officer")


def suggested(officer, *items):
    """Account, score and reasons of what is suggested for each item."""
    rows = with_remaining(SuspenseItem.objects.filter(pk__in=[item.pk for item in items]))
    found = suggest(rows.select_related("transaction"), reader=officer)
    return [
        [(one.fund.code, one.reference, one.score, one.reason) for one in found.get(item.pk, [])]
        for item in items
    ]


def test_a_valid_reference_inside_the_narrative_is_found_and_an_account_there_makes_it_sure(
    tax, council, officer
):
    make_account_holder(fund=tax, reference="301122331")
    there, only_valid, wrong = (
        unmatched(council, "50.00", narrative="FPI J BROOK 301122331 CTAX")
        + unmatched(council, narrative="REF 1234 56780")
        + unmatched(council, narrative="301122332")
    )

    [[sure], [likely], none] = suggested(officer, there, only_valid, wrong)

    assert sure[:2] == ("CT", "301122331")
    assert "the reference stands there" in sure[3]
    assert "there is such an account" in sure[3]
    assert sure[2] >= 94
    assert likely[:3] == ("CT", "123456780", 85)
    assert none == []


def test_a_payers_name_is_no_reference_of_a_form_without_a_check_digit(council, officer):
    (rule,) = rule_library.add(["Planning and building control"])
    make_payment_type("planning-fee", fund=make_fund("PL", reference_rule=rule))
    (item,) = unmatched(council, narrative="JMORGAN 24/00312/FUL FOR SHED NO 2")

    [found] = suggested(officer, item)

    # Nor are words put together, which such a form fits by chance.
    assert [reference for _fund, reference, _score, _reason in found] == ["24/00312/FUL"]


def test_an_account_that_must_exist_and_does_not_is_not_suggested(tax, council, officer):
    tax.account_must_exist = True
    tax.save()
    assert suggested(officer, *unmatched(council, narrative="301122331")) == [[]]


def test_an_amount_that_one_account_owes_and_a_name_near_to_it_speak_together(
    tax, council, officer
):
    make_account_holder(fund=tax, reference="301122331", balance="123.45", surname="Hussein")
    make_account_holder(fund=tax, reference="123456780", balance="9.00", surname="Okafor")
    owed, named = unmatched(council, "123.45", narrative="COUNCIL TAX") + unmatched(
        council, "123.45", narrative="MRS A HUSSAIN RENT"
    )
    [[first], [second]] = suggested(officer, owed, named)

    assert first == ("CT", "301122331", 50, "the account owes exactly this")
    assert second[1] == "301122331"
    assert "near to the payer's" in second[3]
    assert 70 <= second[2] < 90


def test_an_amount_or_name_that_many_share_says_nothing(tax, council, officer):
    for number in range(15):
        make_account_holder(fund=tax, reference=f"A{number}", balance="50.00", surname="Smith")
    assert suggested(officer, *unmatched(council, "50.00", narrative="P SMITH")) == [[]]


def test_accounts_that_are_as_likely_make_each_other_doubtful(tax, council, officer):
    for reference in ("301122331", "123456780"):
        make_account_holder(fund=tax, reference=reference)
    [item] = unmatched(council, narrative="301122331 AND 123456780")
    [[first, second]] = suggested(officer, item)
    assert first[2] == second[2] < 60
    assert "others are as likely" in first[3]


def test_a_payer_seen_before_by_e_mail_is_suggested_what_they_paid(tax, council, officer):
    payer = Payer(name="A Brook", email="Ada@example.org")
    posting = paid(council.waste, council, account_reference="GW1")[0].posting
    PayerDetails.objects.create(posting=posting, email="ada@example.org")
    [item] = unmatched(council, payer=payer)
    [[found]] = suggested(officer, item)
    assert found == ("GW", "GW1", 60, "the same payer has paid this account before")


def test_names_balances_and_payers_are_used_only_by_people_who_may_know_them(tax, council):
    make_account_holder(fund=tax, reference="301122331", balance="50.00", surname="Hussain")
    item = unmatched(council, "50.00", narrative="S HUSSAIN", payer=Payer(email="a@example.org"))
    assert suggested(make_matcher(), *item) == [[]]


def test_only_funds_that_the_person_may_allocate_to_are_suggested(tax, council):
    clerk = make_matcher(*SEES, *DOES, *KNOWS, funds=(council.suspense, council.waste))
    assert suggested(clerk, *unmatched(council, narrative="301122331")) == [[]]


def propose(tax, by, name="Ace Lettings Ltd", reference="301122331"):
    return propose_payer(name=name, fund=tax, reference=reference, reason="They wrote", by=by)


def test_a_payer_two_people_named_is_suggested_with_the_top_score(tax, council, officer, approver):
    payer = propose(tax, officer)
    items = unmatched(council, narrative="BACS ACE LETTINGS LTD 0412") + unmatched(
        council, narrative="PALACE LETTINGS LTD"
    )
    assert suggested(officer, *items) == [[], []]

    approval = for_subject(f"known_payer:{payer.pk}")
    with pytest.raises(NotAllowed):
        approve(approval_id=approval.pk, by=officer)
    approve(approval_id=approval.pk, by=approver)
    [[found], other] = suggested(officer, *items)
    assert found == ("CT", "301122331", 100, "the payer is known by this name")
    assert other == []

    forget_payer(payer_id=payer.pk, by=officer)
    assert suggested(officer, *items) == [[], []]
    assert propose(tax, officer).state == "waiting"


def test_a_payer_that_is_not_approved_is_never_used(tax, council, officer, approver):
    payer = propose(tax, officer)
    reject(approval_id=for_subject(f"known_payer:{payer.pk}").pk, by=approver, note="Who?")
    payer.refresh_from_db()
    assert payer.state == "refused"
    assert suggested(officer, *unmatched(council, narrative="ACE LETTINGS LTD")) == [[]]


@pytest.mark.parametrize(
    ("name", "reference", "told"),
    [
        ("ACE", "301122331", "5 characters or more"),
        ("12345", "301122331", "5 characters or more"),
        ("ACE LETTINGS", "301122332", "Check your reference"),
        ("Ace  lettings, ltd.", "301122331", "known already"),
    ],
)
def test_payers_that_would_mislead_are_refused(tax, officer, name, reference, told):
    propose(tax, officer)
    with pytest.raises(SuspenseRefused, match=told):
        propose(tax, officer, name, reference)


def test_suggestions_ask_as_often_for_fifty_items_as_for_one(tax, council, officer):
    asked = []
    for number in (1, 50):
        items = [
            item
            for n in range(number)
            for item in unmatched(
                council,
                f"{50 + n}.00",
                narrative=f"P HUSSAIN{n} 301122331",
                payer=Payer(name="Q Okafor", email=f"{n}@example.org"),
            )
        ]
        rows = list(
            with_remaining(
                SuspenseItem.objects.filter(pk__in=[item.pk for item in items])
            ).select_related("transaction")
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(suggest(rows, reader=officer)) == number
        asked.append(len(queries))
    assert asked[1] <= asked[0] <= 12


def test_many_are_accepted_at_once_and_what_has_changed_since_is_left_out(
    tax, council, officer, asker
):
    make_account_holder(fund=tax, reference="301122331")
    stop = make_stop_message(fund=tax, staff_text="Court")
    make_account_holder(fund=tax, reference="123456780", stop_message=stop)
    good, taken, stopped, unsure = (
        unmatched(council, "10.00", narrative="301122331")
        + unmatched(council, "20.00", narrative="CT 301122331")
        + unmatched(council, "30.00", narrative="123456780")
        + unmatched(council, "40.00", narrative="100000007")
    )
    shown = matches(list(items_to_match(by=officer)), score=90, by=officer)
    assert [match.item for match in shown] == [good, taken, stopped]

    take(item_id=taken.pk, by=asker)
    outcome = accept(keys={match.key for match in shown}, score=90, by=officer)

    assert [made.state for made in outcome.made] == ["posted"]
    why_not = {item.pk: why for item, why in outcome.refused}
    assert why_not.keys() == {taken.pk, stopped.pk}
    assert "Court" in why_not[stopped.pk]
    assert left_of(good, taken, stopped, unsure) == ["0.00", "20.00", "30.00", "40.00"]
    assert "Suggested, 94 of 100" in outcome.made[0].reason
    again = accept(keys={match.key for match in shown}, score=90, by=officer)
    assert not again.made
    assert not breaches()


def test_an_amount_that_changed_after_the_preview_is_not_accepted(tax, council, officer):

    make_account_holder(fund=tax, reference="301122331")
    [item] = unmatched(council, "10.00", narrative="301122331")
    [shown] = matches(list(items_to_match(by=officer)), score=90, by=officer)
    allocate({item: "4.00"}, to(council.waste, "4.00"), by=officer)
    assert not accept(keys={shown.key}, score=90, by=officer).made
    assert left_of(item) == ["6.00"]
