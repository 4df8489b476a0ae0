"""What finance officers see and do on the screens of imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import approve
from ims_wagtail.imports.enums import ImportState
from ims_wagtail.imports.models import Import, ImportType, Layout
from ims_wagtail.imports.working import work_on
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import column, read, table

from .making import external_method, make_import_type
from .running import book, bring, file_of, line, post


pytestmark = pytest.mark.django_db

RUN = (
    "ims_imports.view_import",
    "ims_imports.add_import",
    "ims_imports.undo_import",
    "ims_imports.reload_import",
    "ims_imports.view_importrow",
    "ims_ledger.view_transaction",
)
SET_UP = tuple(
    f"ims_imports.{verb}_{model}"
    for verb in ("view", "add", "change", "delete")
    for model in ("importtype", "layout")
)


@pytest.fixture
def officer():
    return logged_in(make_person(*RUN, *SET_UP, funds=(ALL_FUNDS,)))


def upload(client, import_type, content: bytes, **more):
    data = {"import_type": import_type.pk, "file": SimpleUploadedFile("day.csv", content), **more}
    return client.post("/admin/income/imports/upload/", data)


def page(client, file):
    return client.get(f"/admin/income/imports/inspect/{file.pk}/")


def press(client, file, button: str, **data):
    response = client.post(f"/admin/income/imports/{button}/{file.pk}/", data)
    assert response.status_code == 302
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_file_goes_from_the_form_to_the_book_and_out_again(council, transfers, officer):
    response = upload(officer, transfers, file_of(line(1), line(2, amount="2.50")))
    file = Import.objects.get()
    assert response.url.endswith(f"/inspect/{file.pk}/")
    assert "Look again" in read(page(officer, file)).links

    work_on(import_id=file.pk)
    shown = page(officer, file)
    assert read(shown).facts["State"] == "Checked, waiting for you"
    assert {row["Outcome"]: row["Amount"] for row in table(shown)}["To its account"] == "£12.50"
    assert column(shown, "Fund", 1) == ["23 Fund 23"]

    press(officer, file, "post", on_problems="refuse")
    assert (file.state, str(book())) == (ImportState.POSTED, "12.50")
    assert read(page(officer, file)).facts["State"] == "Posted"

    press(officer, file, "undo", reason="Wrong month")
    assert (file.state, book()) == (ImportState.UNDONE, 0)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["receive import", "post import", "undo import"]


def test_a_posting_says_which_file_it_came_with(council, transfers, officer):
    file = post(bring(transfers, file_of(line(1)), "monday.csv"))
    posting = file.postings.get().posting_id

    shown = read(officer.get(f"/admin/income/postings/inspect/{posting}/"))
    told = f"Came with the file “monday.csv”, import {file.pk}"
    assert shown.links[told] == f"/admin/income/imports/inspect/{file.pk}/"


def test_problems_say_line_column_found_expected_and_what_to_do(council, transfers, officer):
    file = bring(transfers, file_of(line(1), line(2, account="301122332"), line(3, amount="ten")))

    problems = table(page(officer, file), 2)
    assert [(row["Line"], row["Column"], row["Found"]) for row in problems] == [
        ("2", "Account reference", "301122332"),
        ("3", "Amount", "ten"),
    ]
    assert all(row["Expected"] and row["What to do"] for row in problems)
    assert b"Post all of it" not in page(officer, file).content

    press(officer, file, "post", on_problems="refuse")
    assert (file.state, book()) == (ImportState.PREVIEWED, 0)
    press(officer, file, "post", on_problems="suspense")
    assert (file.state, book()) == (ImportState.POSTED, 20)


def test_every_row_keeps_its_text_and_its_outcome(council, transfers, officer):
    file = post(bring(transfers, file_of(line(1), line(2, fund="", narrative="J SMITH"))))
    url = f"/admin/income/imports/rows/{file.pk}/"

    assert column(officer.get(url), "Outcome") == ["To its account", "To suspense"]
    (row,) = table(officer.get(url + "?outcome=suspense"))
    assert row["Text"] == line(2, fund="", narrative="J SMITH")
    assert row["Why"] == "No fund"


def test_rows_take_a_right_of_their_own(council, transfers):
    file = bring(transfers, file_of(line(1)))
    viewer = logged_in(make_person("ims_imports.view_import", funds=(ALL_FUNDS,)))

    assert "Rows as they were received" not in read(page(viewer, file)).links
    for part in ("rows", "download"):
        response = viewer.get(f"/admin/income/imports/{part}/{file.pk}/")
        assert response.status_code == 302
        assert response.url == "/admin/"


def test_the_same_file_is_refused_until_a_second_person_agrees(council, transfers, officer):
    content = file_of(line(1))
    first = post(bring(transfers, content))

    refused = upload(officer, transfers, content)
    assert refused.status_code == 422
    assert f"See import {first.pk}" in read_any(refused)

    upload(officer, transfers, content, reload_reason="The first was journalled away")
    again = Import.objects.exclude(pk=first.pk).get()
    work_on(import_id=again.pk)
    again.refresh_from_db()
    assert (again.state, book()) == (ImportState.HELD, 10)

    second = make_person("ims_imports.approve_reload_import", funds=(ALL_FUNDS,))
    approve(approval_id=Approval.objects.get().pk, by=second)
    work_on(import_id=again.pk)
    press(officer, again, "post")
    assert (again.state, book()) == (ImportState.POSTED, 20)


def read_any(response) -> str:
    return response.content.decode()


def test_whoever_works_in_one_fund_of_a_type_sees_nothing_of_its_files(council):
    both = make_import_type("both", funds=(council.tax, council.sundry))
    own = make_import_type("own", funds=(council.tax,))
    every = make_import_type("every")
    files = {one: bring(one, file_of(line(n))) for n, one in enumerate((both, own, every))}
    clerk = logged_in(make_person(*RUN, *SET_UP, funds=(council.tax,)))

    assert column(clerk.get("/admin/income/imports/"), "Import type") == ["Own"]
    assert page(clerk, files[own]).status_code == 200
    for other in (both, every):
        assert page(clerk, files[other]).status_code == 404
        assert clerk.post(f"/admin/income/imports/post/{files[other].pk}/").status_code == 404
        assert upload(clerk, other, file_of(line(9))).status_code == 422


def test_a_type_for_all_funds_takes_somebody_of_all_funds(council, officer):
    clerk = logged_in(make_person(*SET_UP, funds=(council.tax,)))
    typed = {
        "name": "Bank",
        "code": "bank",
        "kind": "transactions",
        "format": "ims-transactions",
        "encoding": "utf-8",
        "method": external_method().pk,
        "on_problems": "refuse",
        "holder_mode": "changes",
        "most_gone": "10",
        "arrives_by": "upload",
        "expected_by": "08:00",
        "enabled": "on",
    }

    assert clerk.post("/admin/income/import-types/new/", typed).status_code == 200
    assert not ImportType.objects.exists()
    assert (
        clerk.post(
            "/admin/income/import-types/new/", typed | {"funds": [council.tax.pk]}
        ).status_code
        == 302
    )
    assert (
        officer.post("/admin/income/import-types/new/", typed | {"code": "all"}).status_code == 302
    )
    assert ImportType.objects.count() == 2


def test_a_layout_is_drawn_up_with_its_columns_and_reads_its_sample(council, officer):
    typed = {
        "name": "Bank",
        "shape": "delimited",
        "delimiter": ",",
        "quoted": "on",
        "has_headings": "on",
        "skip_first": "0",
        "date_format": "%d/%m/%Y",
        "sign": "as_written",
        "sample": "Date,Account,Amount\n22/11/2026,301122331,45.00\n23/11/2026,1,4.005\n",
        "columns-TOTAL_FORMS": "3",
        "columns-INITIAL_FORMS": "0",
    }
    for number, (field, heading) in enumerate(
        (("date", "Date"), ("reference", "Account"), ("amount", "Amount"))
    ):
        typed |= {
            f"columns-{number}-field": field,
            f"columns-{number}-part": "row",
            f"columns-{number}-heading": heading,
        }

    assert officer.post("/admin/income/layouts/new/", typed).status_code == 302
    layout = Layout.objects.get()
    shown = officer.get(f"/admin/income/layouts/inspect/{layout.pk}/")
    assert column(shown, "Amount", 2) == ["£45.00"]
    assert [row["Line"] for row in table(shown, 1)] == ["3"]
    without = {name: value for name, value in typed.items() if not name.endswith("2-field")}
    again = officer.post("/admin/income/layouts/new/", without | {"name": "Other"})
    assert again.status_code == 200
    assert Layout.objects.count() == 1
