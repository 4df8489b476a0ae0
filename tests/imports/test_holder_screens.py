"""What finance officers see and do with a file of account holders."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ims_wagtail.access.models import AuditEntry, ReadEntry
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.imports.enums import HolderMode, ImportState
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.working import work_on
from tests.factories import make_stop_message
from tests.staff.people import logged_in, make_person
from tests.staff.screens import read, table

from .holding import accounts_held, everything_held, holders_file, load, make_holders_type
from .running import bring


pytestmark = pytest.mark.django_db

RUN = (
    "ims_imports.view_import",
    "ims_imports.add_import",
    "ims_imports.undo_import",
    "ims_imports.view_importrow",
)


@pytest.fixture
def files(council):
    """Full replacements of one fund's accounts; a quarter of them may go."""
    return make_holders_type(funds=(council.sundry,), most_gone=25)


@pytest.fixture
def officer(council):
    return logged_in(make_person(*RUN, funds=(council.sundry,)))


def page(client, file):
    return client.get(f"/admin/income/imports/inspect/{file.pk}/")


def press(client, file, button: str, **data):
    assert client.post(f"/admin/income/imports/{button}/{file.pk}/", data).status_code == 302
    work_on(import_id=file.pk)
    file.refresh_from_db()


FIRST = (
    ("24", "A1", "Brook", "AB1 2CD", "12.50", "L1"),
    ("24", "A2", "Smith", "", "", ""),
    ("24", "A3", "Vale", "", "3.00", ""),
)
SECOND = (
    ("24", "A1", "Brooks", "AB1 2CD", "-1.00", ""),
    ("24", "A3", "Vale", "", "3.00", ""),
    ("24", "A4", "Hill", "", "", ""),
)


def test_differences_are_shown_before_anything_is_loaded_and_can_be_taken_back(
    council, files, officer
):
    make_stop_message(fund=council.sundry, code="L1")
    load(bring(files, holders_file(*FIRST)))
    was = everything_held()
    content = SimpleUploadedFile("day.csv", holders_file(*SECOND))
    officer.post("/admin/income/imports/upload/", {"import_type": files.pk, "file": content})
    file = Import.objects.latest("pk")
    work_on(import_id=file.pk)

    shown = page(officer, file)
    assert read(shown).facts["Sum of the balances"] == "£2.00"
    (fund, total) = table(shown)
    assert list(fund.values()) == ["24 Fund 24", "3", "1", "1", "1", "1", "0"]
    rows = table(officer.get(f"/admin/income/imports/holders/{file.pk}/?outcome=changed"))
    (changed,) = [row["What it was and is"] for row in rows]
    assert "surname: Brook, now Brooks" in changed
    assert "balance: £12.50, now -£1.00" in changed
    assert "stop message: L1, now nothing" in changed
    (gone,) = table(officer.get(f"/admin/income/imports/holders/{file.pk}/?outcome=gone"))
    assert (gone["Account reference"], gone["Line"]) == ("A2", "Not in the file")
    assert ReadEntry.objects.exists()

    # One account of three is more than a quarter.
    assert "24 Fund 24: 1 of 3" in " ".join(shown.content.decode().split())
    press(officer, file, "post", on_problems="refuse")
    assert (file.state, everything_held()) == (ImportState.PREVIEWED, was)
    press(officer, file, "post", on_problems="refuse", gone_reason="Moved away")
    assert file.state == ImportState.POSTED
    assert accounts_held()["24", "A1"] == ("Brooks", "AB1 2CD", Decimal("-1.00"), None)
    assert read(page(officer, file)).facts["Why so many accounts go"] == "Moved away"

    press(officer, file, "undo", reason="Wrong month")
    assert (file.state, everything_held()) == (ImportState.UNDONE, was)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-3:] == ["receive import", "post import", "undo import"]


def test_names_take_the_right_to_see_rows(council, files):
    file = bring(files, holders_file(*FIRST))
    client = logged_in(make_person("ims_imports.view_import", funds=(council.sundry,)))

    assert "Accounts of the file" not in read(page(client, file)).links
    assert "Brook" not in page(client, file).content.decode()
    assert client.get(f"/admin/income/imports/holders/{file.pk}/").status_code in (302, 403)


def test_who_does_not_work_in_a_fund_loads_no_holders_of_it(council, files, officer):
    make_holders_type("taxed", funds=(council.sundry, council.tax))
    stranger = logged_in(make_person(*RUN, funds=(council.tax,)))
    for client, wanted in ((stranger, files.pk), (officer, files.pk + 1)):
        content = SimpleUploadedFile("day.csv", holders_file(*FIRST))
        answer = client.post(
            "/admin/income/imports/upload/", {"import_type": wanted, "file": content}
        )
        assert answer.status_code == 422
    assert not Import.objects.exists()

    # Rows of another fund in a file of one's own are problems.
    file = bring(files, holders_file(*FIRST[1:], ("23", "301122331", "Theirs", "", "", "")))
    press(officer, file, "post", on_problems="suspense")
    assert set(accounts_held()) == {("24", "A2"), ("24", "A3")}
    assert not AccountHolder.objects.filter(fund=council.tax).exists()


@pytest.mark.parametrize(("address", "queries"), [("inspect", 24), ("holders", 17)])
def test_a_page_costs_as_many_queries_for_a_hundred_accounts_as_for_one(
    council, officer, address, queries, django_assert_max_num_queries
):
    make_stop_message(fund=council.sundry, code="L1")
    kind = make_holders_type("changes", funds=(council.sundry,), holder_mode=HolderMode.CHANGES)
    rows = [("24", f"A{number}", "Brook", "", "1.00", "L1") for number in range(100)]
    load(bring(kind, holders_file(*rows)))
    file = bring(kind, holders_file(*((*row[:2], "Hill", "", "", "") for row in rows)))
    officer.get(f"/admin/income/imports/{address}/{file.pk}/")

    with django_assert_max_num_queries(queries):
        officer.get(f"/admin/income/imports/{address}/{file.pk}/")
