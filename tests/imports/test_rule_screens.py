"""What finance officers see and do on the screens of rules."""

import pytest

from ims_wagtail.access.models import AuditEntry, ReadEntry
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import approve
from ims_wagtail.imports.models import ImportRule
from ims_wagtail.imports.rules.enums import ActionKind
from ims_wagtail.imports.rules.reading import sentence
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table

from .making import make_import_type
from .running import bring, file_of, line
from .test_rules import in_the_narrative, make_rule


pytestmark = pytest.mark.django_db

URL = "/admin/income/importrules/"
KEEP = tuple(f"ims_imports.{verb}_importrule" for verb in ("view", "add", "change", "delete"))
RIGHTS = (*KEEP, "ims_imports.enable_importrule", "ims_imports.view_importrow")


@pytest.fixture
def officer():
    return logged_in(make_person(*RIGHTS, funds=(ALL_FUNDS,), name="olive"))


@pytest.fixture
def approver():
    return make_person("ims_imports.approve_enable_importrule", funds=(ALL_FUNDS,), name="anna")


def typed(*, conditions=(), actions=(), **more):
    """What a browser sends of the form: each condition and action as a row."""
    sent = {"name": "Rents", "order": "100", "match": "any", **more}
    for prefix, rows in (("conditions", conditions), ("actions", actions)):
        sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def condition(value, group=1, field="narrative", operator="contains"):
    return {"group": group, "field": field, "operator": operator, "value": value}


def page(client, rule):
    return client.get(f"{URL}inspect/{rule.pk}/")


def switched_on(client, rule, approver):
    client.post(f"{URL}ask/{rule.pk}/", {"reason": "Rents moved"})
    approve(approval_id=Approval.objects.latest("pk").pk, by=approver)
    rule.refresh_from_db()
    return rule


def test_a_rule_is_written_in_a_form_and_reads_as_a_sentence(council, officer):
    answer = officer.post(
        f"{URL}new/",
        typed(
            conditions=[
                condition("rent"),
                condition("5", field="amount", operator="more"),
                condition("HRA", 2),
            ],
            actions=[{"kind": "fund", "value": "24"}],
        ),
    )
    rule = ImportRule.objects.get()
    assert answer.url == f"{URL}inspect/{rule.pk}/"
    said = (
        "When the narrative contains “rent” and amount is more than £5.00; or narrative contains "
        "“HRA”: set the fund to “24”."
    )
    shown = page(officer, rule)
    assert said in shown.content.decode()
    assert {"Edit", "Copy", "Delete"} <= read(shown).links.keys()
    facts = read(shown).facts
    assert (facts["State"], facts["Rows it acted on in 90 days"]) == ("Off", "never")
    assert AuditEntry.objects.get(action="create").after["sentence"] == said


def test_what_is_wrong_is_said_at_its_row_and_nothing_is_kept(council, officer):
    answer = officer.post(
        f"{URL}new/",
        typed(
            conditions=[condition("rent"), condition("ten", field="amount", operator="more")],
            actions=[
                {"kind": "fund", "value": "no-fund"},
                {"kind": "split", "value": "X1", "amount": "", "fund": ""},
            ],
        ),
    )
    conditions, actions = read(answer).tables[:2]
    assert "pounds" not in conditions[1][3]
    assert "pounds and pence" in conditions[2][3]
    assert "There is no such code" in actions[1][1]
    assert "Enter the amount of the part" in actions[2][2]
    assert not ImportRule.objects.exists()


def test_a_copy_begins_with_the_conditions_and_actions_of_the_first(council, officer):
    rule = make_rule(in_the_narrative("rent"), actions=[(ActionKind.FUND, "24")])
    link = read(page(officer, rule)).links["Copy"]
    form = officer.get(link).context["form"]
    conditions = [one.initial for one in form.conditions.forms if one.initial]
    assert [one["value"] for one in conditions if "value" in one] == ["rent"]
    assert [one.initial["value"] for one in form.actions.forms if one.initial] == ["24"]

    sent = typed(conditions=[condition("rent")], actions=[{"kind": "fund", "value": "24"}])
    assert officer.post(link, sent).status_code == 302
    assert sentence(ImportRule.objects.get(name="Rents")) == sentence(rule)


def test_a_rule_is_asked_for_approved_used_and_switched_off(council, transfers, officer, approver):
    rule = make_rule(in_the_narrative(), actions=[(ActionKind.FUND, "24")])

    officer.post(f"{URL}ask/{rule.pk}/", {"reason": ""})
    assert not Approval.objects.exists()
    rule = switched_on(officer, rule, approver)
    bring(transfers, file_of(line(1), line(2)))

    (row,) = table(officer.get(URL))
    assert (row["State"], row["Rows in 90 days"]) == ("On", "2")
    facts = read(page(officer, rule)).facts
    assert (facts["Asked for by"], facts["Switched on by"]) == ("olive", "anna")
    officer.post(f"{URL}disable/{rule.pk}/")
    rule.refresh_from_db()
    assert not rule.enabled


def test_a_rule_that_is_on_is_not_changed_or_deleted_and_the_screen_says_why(
    council, officer, approver
):
    rule = switched_on(officer, make_rule(in_the_narrative()), approver)

    assert not {"Edit", "Delete"} & read(page(officer, rule)).links.keys()
    for answer in (
        officer.get(f"{URL}edit/{rule.pk}/", follow=True),
        officer.post(f"{URL}edit/{rule.pk}/", typed(actions=[{"kind": "fund", "value": "24"}])),
        officer.post(f"{URL}delete/{rule.pk}/", follow=True),
    ):
        assert "Switch it off, or withdraw the request, to change it." in answer.content.decode()
    assert sentence(ImportRule.objects.get()) == sentence(rule)


def test_a_rule_that_ever_acted_is_not_deleted(council, transfers, officer, approver):
    rule = switched_on(officer, make_rule(in_the_narrative()), approver)
    bring(transfers, file_of(line(1)))
    officer.post(f"{URL}disable/{rule.pk}/")

    assert "Delete" not in read(page(officer, rule)).links
    answer = officer.post(f"{URL}delete/{rule.pk}/", follow=True)
    assert "files it acted on name it" in answer.content.decode()
    assert ImportRule.objects.filter(pk=rule.pk).exists()


def test_who_works_in_some_funds_only_switches_no_rule_of_all(council, officer, approver):
    rule = switched_on(officer, make_rule(in_the_narrative()), approver)
    clerk = logged_in(make_person(*RIGHTS, funds=(council.tax,)))

    assert "Switch off" not in page(clerk, rule).content.decode()
    clerk.post(f"{URL}disable/{rule.pk}/")
    rule.refresh_from_db()
    assert rule.enabled


def test_a_simulation_shows_totals_and_rows_and_is_noted(council, transfers, officer):
    bring(transfers, file_of(line(1, narrative="Rent of A Brook"), line(2)))
    rule = make_rule(in_the_narrative("rent"), actions=[(ActionKind.FUND, "24")])

    answer = officer.get(read(page(officer, rule)).links["What it would have changed"])

    (total,) = table(answer)
    assert (total["Rows"], total["Amount"]) == ("1", "£10.00")
    assert str(council.sundry) in total["With it"]
    (row,) = table(answer, 1)
    assert row["Narrative"] == "Rent of A Brook"
    assert ReadEntry.objects.filter(object_id=str(rule.pk)).exists()


def test_a_simulation_shows_only_rows_the_reader_may_see(council, transfers, officer):
    bring(transfers, file_of(line(1, narrative="Rent of A Brook")))
    rule = make_rule(in_the_narrative("rent"), actions=[(ActionKind.FUND, "24")])
    url = f"{URL}simulate/{rule.pk}/"

    of_one_fund = logged_in(make_person(*RIGHTS, funds=(council.tax,)))
    shown = of_one_fund.get(url)
    assert read(shown).facts["Rows looked at"] == "0"
    assert "Brook" not in shown.content.decode()
    without_rows = logged_in(make_person(*KEEP, funds=(ALL_FUNDS,)))
    assert without_rows.get(url).status_code == 302


def test_the_page_of_an_import_type_names_its_rules_and_whether_they_are_on(transfers, council):
    make_rule(name="For every type")
    own = make_rule(name="For transfers", order=5)
    own.import_types.add(transfers)
    other = make_rule(name="For others")
    other.import_types.add(make_import_type("others"))
    officer = logged_in(make_person("ims_imports.view_importtype", funds=(ALL_FUNDS,)))

    page = read(officer.get(f"/admin/income/import-types/inspect/{transfers.pk}/"))
    assert page.facts["Rules in order"] == "For transfers (off), For every type (off)"
