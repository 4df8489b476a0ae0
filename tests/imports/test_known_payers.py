"""What two people wrote down of a payer is used for the next rows, and told of each."""

import pytest

from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import approve
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.enums import OnProblems
from ims_wagtail.imports.models import ImportRow, RuleUse
from ims_wagtail.imports.rules.simulating import simulate
from ims_wagtail.suspense.known_payers import forget_payer, propose_payer
from ims_wagtail.suspense.models import KnownPayer, SuspenseItem
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table
from tests.suspense.making import APPROVES, DOES, SEES, make_matcher

from .making import make_import_type
from .running import accounts, bring, file_of, line, outcomes, post
from .test_rules import in_the_narrative, make_rule, switch_on


pytestmark = pytest.mark.django_db


@pytest.fixture
def matcher(council):
    return make_matcher(*SEES, *DOES, name="matcher")


def known(fund: Fund, reference: str, name: str, by) -> KnownPayer:
    """A payer that two people agreed on."""
    payer = propose_payer(name=name, fund=fund, reference=reference, reason="Rang them", by=by)
    other = make_person(*APPROVES, funds=(ALL_FUNDS,), name=f"approver of {reference} {payer.pk}")
    approve(approval_id=Approval.objects.latest("pk").pk, by=other)
    payer.refresh_from_db()
    return payer


def named(number: int, narrative: str, **more) -> str:
    """A row of money that names no account."""
    return line(number, fund=more.pop("fund", ""), account="", narrative=narrative, **more)


def test_money_under_a_known_name_goes_to_its_account_and_the_row_says_why(
    council, transfers, matcher
):
    payer = known(council.sundry, "STALL7", "Harbour Café", matcher)
    file = post(
        bring(transfers, file_of(named(1, "FPI HARBOUR CAFE PITCH"), named(2, "HARBOUR CAFES")))
    )

    assert outcomes(file) == ["posted", "suspense"]
    assert accounts()["24", "STALL7"] == 10
    row = ImportRow.objects.get(ordinal=1)
    assert row.received == {"reference": "", "fund": ""}
    assert not RuleUse.objects.exists()
    officer = logged_in(
        make_person(
            *SEES, "ims_imports.view_import", "ims_imports.view_importrow", funds=(ALL_FUNDS,)
        )
    )
    page = read(officer.get(f"/admin/income/rows-received/inspect/{row.pk}/"))
    assert "the payer means account STALL7" in page.facts["What acted on it"]
    assert page.links["Known payer"] == f"/admin/income/known-payers/inspect/{payer.pk}/"
    listed = table(officer.get(f"/admin/income/imports/rows/{file.pk}/"))
    assert [one["Why"] for one in listed] == ["Known payer", "No fund"]


def test_a_payer_counts_only_while_two_people_stand_behind_it(council, transfers, matcher):
    propose_payer(name="ACME LTD", fund=council.sundry, reference="ACME", reason="Rang", by=matcher)
    assert outcomes(bring(transfers, file_of(named(1, "ACME LTD")))) == ["suspense"]

    approver = make_person(*APPROVES, funds=(ALL_FUNDS,), name="ann")
    approve(approval_id=Approval.objects.get().pk, by=approver)
    assert outcomes(bring(transfers, file_of(named(2, "ACME LTD")))) == ["posted"]

    forget_payer(payer_id=KnownPayer.objects.get().pk, by=matcher)
    assert outcomes(bring(transfers, file_of(named(3, "ACME LTD")))) == ["suspense"]


@pytest.mark.parametrize(
    ("row", "becomes"),
    [
        # The payer's own reference counts for more, right or wrong.
        ({"account": "301122331", "fund": "23"}, "posted"),
        ({"account": "301122332", "fund": "23"}, "problem"),
        # The sender said another fund.
        ({"fund": "23"}, "problem"),
        ({"amount": "-10.00"}, "suspense"),
    ],
)
def test_what_stands_on_the_row_counts_for_more(council, transfers, matcher, row, becomes):
    known(council.sundry, "ACME", "ACME LTD", matcher)
    text = line(1, **({"account": "", "fund": "", "narrative": "ACME LTD"} | row))

    file = bring(transfers, file_of(text))
    assert outcomes(file) == [becomes]
    assert not ImportRow.objects.get().rules


def test_names_that_lead_to_several_accounts_or_to_funds_of_others_lead_nowhere(
    council, transfers, matcher
):
    known(council.sundry, "ACME", "ACME LTD", matcher)
    known(council.sundry, "JONES", "JONES AND SON", matcher)
    both = named(1, "ACME LTD FOR JONES AND SON")
    assert outcomes(bring(transfers, file_of(both))) == ["suspense"]

    taxes = make_import_type("taxes", funds=(council.tax,))
    assert outcomes(bring(taxes, file_of(named(2, "ACME LTD")))) == ["suspense"]


def test_a_rule_counts_for_more_and_is_tried_with_payers_in_mind(council, transfers, matcher):
    known(council.sundry, "ACME", "ACME LTD", matcher)
    rule = make_rule(
        in_the_narrative("pitch"), actions=(("suspense", "Look at the pitch"),), name="Pitches"
    )
    post(bring(transfers, file_of(named(1, "ACME LTD PITCH"))), OnProblems.SUSPENSE)
    found = simulate(rule=rule, types=[transfers])
    ((changed),) = found.rows
    assert (changed.before[0].outcome, changed.after[0].outcome) == ("posted", "suspense")

    asker = make_person("ims_imports.enable_importrule", funds=(ALL_FUNDS,), name="asker")
    approver = make_person(
        "ims_imports.approve_enable_importrule", funds=(ALL_FUNDS,), name="approver"
    )
    switch_on(rule, asker, approver)
    post(bring(transfers, file_of(named(2, "ACME LTD PITCH")), "b.csv"))
    assert SuspenseItem.objects.count() == 1
