"""Rules in the database: switched on by two people, frozen while on, and applied to files."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.services import approve, reject, withdraw
from ims_wagtail.imports.checking import forget_rows
from ims_wagtail.imports.models import ImportRow, ImportRule, RuleAction, RuleCondition
from ims_wagtail.imports.rules.enabling import RuleRefused, ask_to_enable, disable
from ims_wagtail.imports.rules.enums import ActionKind, Match, Operator, RuleField
from ims_wagtail.imports.rules.reading import check_action, sentence, value_of
from tests.staff.people import ALL_FUNDS, make_person

from .making import make_import_type
from .running import accounts, bring, file_of, line, post


pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return make_person("ims_imports.enable_importrule", funds=(ALL_FUNDS,), name="asker")


@pytest.fixture
def approver():
    return make_person(
        "ims_imports.approve_enable_importrule",
        "ims_imports.enable_importrule",
        funds=(ALL_FUNDS,),
        name="approver",
    )


def make_rule(*conditions, name="Old accounts", actions=(("reference", "123456780"),), **values):
    rule = ImportRule.objects.create(name=name, **values)
    for field, operator, value, *group in conditions:
        RuleCondition.objects.create(
            rule=rule, field=field, operator=operator, value=value, group=(group or [1])[0]
        )
    for kind, value in actions:
        RuleAction.objects.create(rule=rule, kind=kind, value=value)
    return rule


def switch_on(rule, asker, approver):
    approve(approval_id=ask_to_enable(rule=rule, reason="Moved", by=asker).pk, by=approver)
    rule.refresh_from_db()
    return rule


def in_the_narrative(text="payment"):
    return (RuleField.NARRATIVE, Operator.CONTAINS, text)


def test_a_rule_does_nothing_until_a_second_person_switched_it_on(
    council, transfers, asker, approver
):
    rule = make_rule(in_the_narrative())
    content = file_of(line(1))
    before = bring(transfers, content)
    assert ImportRow.objects.get(of_import=before).account_reference == "301122331"
    with pytest.raises(NotAllowed):
        approve(approval_id=ask_to_enable(rule=rule, reason="Moved", by=approver).pk, by=approver)


def test_a_row_says_which_rules_touched_it_and_what_it_was(council, transfers, asker, approver):
    rule = switch_on(make_rule(in_the_narrative()), asker, approver)
    file = post(bring(transfers, file_of(line(1), line(2, narrative="Other"))))
    first, second = ImportRow.objects.filter(of_import=file).order_by("ordinal")
    assert (first.rules, second.rules) == ([rule.pk], None)
    assert first.received == {"reference": "301122331"}
    assert accounts() == {("23", "123456780"): Decimal("10.00"), ("23", "301122331"): Decimal("10")}
    done = AuditEntry.objects.get(action="switch rule on")
    assert done.user == approver
    assert done.after["rule"] == sentence(rule)


def test_a_row_in_suspense_keeps_the_fund_it_named(council, transfers):
    """Otherwise nobody could tell what a rule about that fund would have done."""
    council.sundry.account_must_exist = True
    council.sundry.save()
    file = bring(transfers, file_of(line(1, account="wrong"), line(2, fund="24")))
    rows = ImportRow.objects.filter(of_import=file).order_by("ordinal")
    assert [(row.outcome, row.received) for row in rows] == [
        ("problem", {"fund": "23", "office": "SP"}),
        ("problem", {"fund": "24"}),
    ]


def test_how_often_a_rule_acted_is_counted_until_the_file_is_given_up(
    council, transfers, asker, approver
):
    rule = switch_on(make_rule(in_the_narrative()), asker, approver)
    file = bring(transfers, file_of(line(1), line(2), line(3, narrative="Other")))
    assert list(rule.uses.values_list("of_import", "count")) == [(file.pk, 2)]
    forget_rows(file)
    assert not rule.uses.exists()


def test_rules_of_other_import_types_leave_a_file_alone(council, transfers, asker, approver):
    rule = make_rule(in_the_narrative())
    rule.import_types.add(make_import_type("other"))
    switch_on(rule, asker, approver)
    file = bring(transfers, file_of(line(1)))
    assert ImportRow.objects.get(of_import=file).rules is None


def test_rules_switched_off_leave_a_file_alone(council, transfers, asker, approver):
    """Corrected: the earlier system ran disabled rules as well."""
    rule = disable(rule=switch_on(make_rule(in_the_narrative()), asker, approver), by=asker)
    assert not rule.enabled
    file = bring(transfers, file_of(line(1)))
    assert ImportRow.objects.get(of_import=file).rules is None


def changes(rule):
    """Every way to change what a rule does."""
    return [
        lambda: RuleCondition.objects.filter(rule=rule).update(value="Anything"),
        lambda: RuleCondition.objects.filter(rule=rule).delete(),
        lambda: RuleAction.objects.create(rule=rule, kind=ActionKind.FUND, value="23"),
        lambda: RuleAction.objects.filter(rule=rule).update(value="1"),
        lambda: ImportRule.objects.filter(pk=rule.pk).update(match=Match.ALL),
        lambda: ImportRule.objects.filter(pk=rule.pk).update(starts=date(2026, 1, 1)),
        lambda: ImportRule.objects.filter(pk=rule.pk).update(order=1),
        lambda: rule.import_types.add(make_import_type("another")),
    ]


@pytest.mark.parametrize("approved", [False, True], ids=["asked for", "on"])
def test_what_the_second_person_saw_can_not_be_changed(
    council, transfers, asker, approver, approved
):
    rule = make_rule(in_the_narrative())
    asked = ask_to_enable(rule=rule, reason="Moved", by=asker)
    if approved:
        approve(approval_id=asked.pk, by=approver)
    for change in changes(rule):
        with pytest.raises(DatabaseError, match="can't change"), transaction.atomic():
            change()


def test_nobody_switches_on_alone_in_the_database(council, transfers, asker):
    rule = make_rule(in_the_narrative())
    with pytest.raises(DatabaseError, match="by_two"), transaction.atomic():
        ImportRule.objects.filter(pk=rule.pk).update(
            enabled=True, asked_by=asker, approved_by=asker
        )


def test_what_was_refused_is_changed_and_asked_for_again(council, transfers, asker, approver):
    rule = make_rule(in_the_narrative())
    refused = ask_to_enable(rule=rule, reason="Moved", by=asker)
    reject(approval_id=refused.pk, by=approver, note="Too wide")
    rule.conditions.update(value="payment of the old kind")
    withdrawn = ask_to_enable(rule=rule, reason="Narrower", by=asker)
    withdraw(approval_id=withdrawn.pk, by=asker)
    assert switch_on(rule, asker, approver).enabled


def test_a_rule_without_action_is_not_asked_for(council, transfers, asker):
    with pytest.raises(RuleRefused, match="add an action"):
        ask_to_enable(rule=make_rule(in_the_narrative(), actions=()), reason="x", by=asker)


def test_a_rule_reads_as_a_sentence(council):
    rule = make_rule(
        in_the_narrative("DWP"),
        (RuleField.AMOUNT, Operator.MORE, "1000"),
        (RuleField.PAYER, Operator.ONE_OF, "DWP\nHMRC", 2),
        actions=[(ActionKind.FUND, "23"), (ActionKind.SUSPENSE, "A person looks at these")],
    )
    assert sentence(rule) == (
        "When the narrative contains “DWP” and amount is more than £1,000.00; or payer is one of "
        "“DWP, HMRC”: set the fund to “23”, and send it to suspense, because “A person looks at "
        "these”."
    )


@pytest.mark.parametrize(
    ("field", "operator", "value", "words"),
    [
        (RuleField.AMOUNT, Operator.CONTAINS, "2", "doesn't go with the amount"),
        (RuleField.AMOUNT, Operator.MORE, "ten", "pounds and pence"),
        (RuleField.DATE, Operator.BEFORE, "20/11/2026", "like 2026-11-22"),
        (RuleField.NARRATIVE, Operator.CONTAINS, " ", "compared with"),
        (RuleField.NARRATIVE, Operator.MATCHES, "(a+)+$", "very long"),
        (RuleField.NARRATIVE, Operator.HOLDS_REFERENCE, "nothing", "no such payment type"),
    ],
)
def test_a_condition_that_says_nothing_is_explained(council, field, operator, value, words):
    with pytest.raises(ValidationError, match=words):
        value_of(RuleCondition(field=field, operator=operator, value=value))


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (ActionKind.FUND, "no-fund", "no such code"),
        (ActionKind.EXTRACT, "(", "not a regular expression"),
        (ActionKind.SPLIT, "123456780", "amount of the part"),
        (ActionKind.REFERENCE, "", "Enter a value"),
    ],
)
def test_an_action_that_can_not_be_done_is_explained(council, kind, value, words):
    with pytest.raises(ValidationError, match=words):
        check_action(RuleAction(kind=kind, value=value))
