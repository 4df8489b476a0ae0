"""From money in suspense to a rule for the next files: with what is known filled in."""

import pytest
from bs4 import BeautifulSoup

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.imports.enums import OnProblems
from ims_wagtail.imports.models import ImportRule
from ims_wagtail.suspense.models import SuspenseItem
from tests.corrections.making import to
from tests.factories import make_method
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.suspense.making import DOES, SEES, allocate, make_matcher

from .running import bring, file_of, line, outcomes, post
from .test_rule_screens import RIGHTS, URL, switched_on, typed


pytestmark = pytest.mark.django_db

JOURNALS = (
    MethodKind.JOURNAL,
    MethodKind.JOURNAL_REALLOCATION,
    MethodKind.TRANSFER_OUT,
    MethodKind.TRANSFER_IN,
)
LINK = "Write an import rule for money like this"


@pytest.fixture
def item(transfers):
    post(
        bring(transfers, file_of(line(1, account="NOBODY", narrative="ACME LTD RENT"))),
        OnProblems.SUSPENSE,
    )
    return SuspenseItem.objects.get()


@pytest.fixture
def allocated(council, item):
    for kind in JOURNALS:
        make_method(kind)
    alone = make_matcher(alone="1000.00", name="alone")
    return allocate({item: "10.00"}, to(council.sundry, "10.00", "ACME1"), by=alone)


@pytest.fixture
def officer():
    return make_person(
        *RIGHTS,
        *SEES,
        *DOES,
        "ims_imports.view_importtype",
        funds=(ALL_FUNDS,),
        name="olive",
    )


def link_of(client, item):
    page = client.get(f"/admin/income/suspense/inspect/{item.pk}/").content.decode()
    found = BeautifulSoup(page, "html.parser").find("a", string=LINK)
    return found and found["href"]


def filled_in(client, address):
    """What the fields of a new rule's form hold, without the empty rows."""
    page = BeautifulSoup(client.get(address).content.decode(), "html.parser")
    found = {field["name"]: field.get("value", "") for field in page.select("main input[name]")}
    found |= {field["name"]: field.text.strip() for field in page.select("main textarea[name]")}
    for field in page.select("main select[name]"):
        found[field["name"]] = [o["value"] for o in field.select("option[selected]")]
    return {name: value for name, value in found.items() if value not in ("", [], [""])}


def test_a_rule_begins_with_what_stands_on_the_item_and_where_it_went(
    transfers, item, allocated, officer
):
    client = logged_in(officer)

    begun = filled_in(client, link_of(client, item))

    assert begun["name"] == "ACME LTD RENT"
    assert begun["import_types"] == [str(transfers.pk)]
    assert begun["conditions-0-field"] == ["narrative"]
    assert begun["conditions-0-operator"] == ["contains"]
    assert begun["conditions-0-value"] == "ACME LTD RENT"
    assert [begun["actions-0-kind"], begun["actions-0-value"]] == [["fund"], "24"]
    assert [begun["actions-1-kind"], begun["actions-1-value"]] == [["reference"], "ACME1"]


def test_the_rule_acts_on_the_next_file(transfers, item, allocated, officer):
    client = logged_in(officer)
    begun = filled_in(client, link_of(client, item))
    rows = {
        prefix: [
            {
                name: value[0] if isinstance(value, list) else value
                for field, value in begun.items()
                if field.startswith(f"{prefix}-{number}-")
                for name in [field.rsplit("-", 1)[1]]
            }
            for number in range(count)
        ]
        for prefix, count in (("conditions", 1), ("actions", 2))
    }
    assert client.post(f"{URL}new/", typed(**rows, name="Acme")).status_code == 302
    second = make_person("ims_imports.approve_enable_importrule", funds=(ALL_FUNDS,), name="anna")
    switched_on(client, ImportRule.objects.get(), second)

    file = bring(
        transfers, file_of(line(2, account="NOBODY", narrative="acme ltd rent 12/26")), "b.csv"
    )

    assert outcomes(file) == ["posted"]
    assert file.rows.get().account_reference == "ACME1"


def test_nothing_is_told_of_items_out_of_sight(council, item):
    client = logged_in(make_person(*RIGHTS, funds=(council.sundry,), name="out"))
    page = client.get(f"{URL}new/?item={item.pk}").content.decode()
    assert "ACME" not in page


def test_who_may_not_write_rules_is_not_offered_one(item):
    client = logged_in(make_person(*SEES, *DOES, funds=(ALL_FUNDS,), name="mat"))
    assert link_of(client, item) is None
