"""Finance takes rules from the library with a few ticks."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.backoffice.setup import library
from ims_wagtail.funds import rule_library
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read


LIST, LIBRARY = "/admin/income/reference-rules/", "/admin/income/reference-rules/library/"
VIEW, ADD = "ims_funds.view_referencerule", "ims_funds.add_referencerule"

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance():
    return logged_in(make_person(VIEW, ADD, funds=(ALL_FUNDS,), name="fay"))


def offered(response) -> list[str]:
    return [
        value
        for value, _label in response.context["form"].fields["names"].widget.choices
        if f'value="{value}"' in response.content.decode()
    ]


def test_ticked_rules_are_added_with_their_check_digits_and_audited(finance):
    response = finance.post(LIBRARY, {"names": ["Parking fines", "Invoices"]}, follow=True)

    assert response.request["PATH_INFO"] == LIST
    assert "2 rules added." in response.content.decode()
    assert ReferenceRule.objects.get(name="Parking fines").check_digit.name == "Parking fines"
    assert not ReferenceRule.objects.exclude(name__in=["Parking fines", "Invoices"]).exists()
    entries = AuditEntry.objects.filter(user_name="fay", action="create")
    assert sorted((entry.object_type, entry.after["name"]) for entry in entries) == [
        ("ims_funds.CheckDigit", "Parking fines"),
        ("ims_funds.ReferenceRule", "Invoices"),
        ("ims_funds.ReferenceRule", "Parking fines"),
    ]


def test_what_is_here_is_named_and_not_offered(finance):
    rule_library.add(["Invoices"])

    response = finance.get(LIBRARY)

    assert "Here already: Invoices." in response.content.decode()
    assert offered(response) == [name for name in rule_library.names() if name != "Invoices"]


def test_with_everything_here_there_is_nothing_to_tick(finance):
    rule_library.add(rule_library.names())

    response = finance.get(LIBRARY)

    assert "Nothing is left to add." in response.content.decode()
    assert offered(response) == []


def test_what_somebody_added_meanwhile_stays_as_it_is(finance):
    rule_library.add(["Invoices"])
    ReferenceRule.objects.filter(name="Invoices").update(example="ours")

    response = finance.post(LIBRARY, {"names": ["Invoices"]}, follow=True)

    assert "these rules are here already" in response.content.decode()
    assert ReferenceRule.objects.get(name="Invoices").example == "ours"
    assert not AuditEntry.objects.exists()


def test_the_slower_of_two_people_at_the_same_moment_is_told(finance, monkeypatch):
    def taken(names):
        raise IntegrityError

    monkeypatch.setattr(library.rule_library, "add", taken)

    response = finance.post(LIBRARY, {"names": ["Invoices"]}, follow=True)

    assert "Somebody else added one of these" in response.content.decode()


@pytest.mark.parametrize("names", [[], ["Not a rule"]])
def test_nothing_ticked_or_something_unknown_adds_nothing(finance, names):
    response = finance.post(LIBRARY, {"names": names})

    assert response.context["form"].errors["names"]
    assert not ReferenceRule.objects.exists()


def test_only_who_may_add_rules_sees_the_button_and_the_page(finance):
    viewer = logged_in(make_person(VIEW, funds=(ALL_FUNDS,)))

    assert "Add from the library" in read(finance.get(LIST)).links
    assert "Add from the library" not in read(viewer.get(LIST)).links
    assert viewer.get(LIBRARY).status_code == 302
    assert viewer.post(LIBRARY, {"names": ["Invoices"]}).status_code == 302
    assert not ReferenceRule.objects.exists()


def test_the_page_asks_as_often_with_few_rules_as_with_many(finance):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            finance.get(LIBRARY)
        return len(asked)

    finance.get(LIBRARY)
    before = questions()
    rule_library.add(rule_library.names()[:-1])

    assert CheckDigit.objects.exists()
    assert questions() == before
