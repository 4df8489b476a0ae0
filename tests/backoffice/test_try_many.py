"""A list of references is tested against a rule: pasted or as a file, a few or a million."""

import csv
import io
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ims_wagtail.backoffice.setup import reference_lists, try_many
from ims_wagtail.backoffice.setup.reference_lists import (
    ListUnreadable,
    lines_of_file,
    lines_of_text,
    references_in,
    tally,
)
from ims_wagtail.funds.references import compile_rule
from tests.factories import make_council_tax_rule
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table


GOOD, WRONG_DIGIT, SHORT = "301122331", "301122332", "30112"

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule():
    return make_council_tax_rule()


@pytest.fixture
def url(rule) -> str:
    return f"/admin/income/reference-rules/test/{rule.pk}/"


@pytest.fixture
def viewer():
    return logged_in(make_person("ims_funds.view_referencerule", funds=(ALL_FUNDS,)))


def upload(content: str | bytes, name: str = "references.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def status(response) -> str:
    text = response.content.decode().partition('<p role="status">')[2].partition("</p>")[0]
    return " ".join(text.split())


def read_csv(response) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_pasted_references_are_counted_and_failures_shown_with_their_lines(viewer, url):
    pasted = f"{GOOD}\r\n\r\n{WRONG_DIGIT}\r\n{SHORT}\r\n{SHORT}\r\n"

    response = viewer.post(url, {"pasted": pasted})

    assert status(response) == "4 tested, 1 good, 3 failed."
    assert table(response) == [
        {"Reason": "Wrong length", "References": "2"},
        {"Reason": "Wrong check character", "References": "1"},
    ]
    assert table(response, 1) == [
        {"Line": "3", "Reference": WRONG_DIGIT, "Reason": "Wrong check character"},
        {"Line": "4", "Reference": SHORT, "Reason": "Wrong length"},
        {"Line": "5", "Reference": SHORT, "Reason": "Wrong length"},
    ]


def test_a_file_gives_what_the_same_lines_pasted_give(viewer, url):
    text = f"{GOOD}\n{WRONG_DIGIT}\n"

    in_file = viewer.post(url, {"file": upload(text)})

    assert status(in_file) == status(viewer.post(url, {"pasted": text}))
    assert status(in_file) == "2 tested, 1 good, 1 failed."


def test_a_list_that_holds_shows_no_failures(viewer, url):
    response = viewer.post(url, {"pasted": GOOD})

    assert status(response) == "1 tested, 1 good, 0 failed."
    assert table(response) == []


def test_only_the_first_twenty_failures_are_shown_and_all_are_downloaded(viewer, url):
    text = f"{SHORT}\n" * 30

    shown = viewer.post(url, {"file": upload(text)})
    heading, *rows = read_csv(viewer.post(url, {"file": upload(text), "download": "yes"}))

    assert len(table(shown, 1)) == 20
    assert heading == ["Line", "Reference", "Reason"]
    assert rows == [[str(line), SHORT, "Wrong length"] for line in range(1, 31)]


def test_a_spreadsheet_runs_nothing_that_is_downloaded(viewer, url):
    response = viewer.post(url, {"pasted": "=1+1\n<b>", "download": "yes"})

    assert response["Content-Disposition"] == 'attachment; filename="failures.csv"'
    assert [row[1] for row in read_csv(response)[1:]] == ["'=1+1", "<b>"]


def test_what_is_shown_is_text_and_never_markup(viewer, url):
    response = viewer.post(url, {"pasted": "<script>x"})

    assert table(response, 1)[0]["Reference"] == "<script>x"
    assert "<script>x" not in response.content.decode()


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("AB1,Smith", "AB1"),
        ("AB1;Smith,J", "AB1"),
        ("AB1\tSmith", "AB1"),
        ('"A,B",Smith', "A,B"),
        ('"A ""B""";x', 'A "B"'),
        (",Smith", ""),
        ("AB 1", "AB 1"),
    ],
)
def test_the_first_column_is_the_reference(line, reference):
    assert list(references_in([f"{line}\n"])) == [(1, reference)]


@pytest.mark.parametrize("line", ['"A', '"A""', '"', '"A"""" ""'])
def test_an_open_quotation_mark_is_told_by_its_line(line):
    with pytest.raises(ListUnreadable) as told:
        list(references_in(["A\n", line]))

    assert (told.value.code, told.value.line) == ("quotes", 2)


def test_rows_of_empty_columns_count_for_nothing_but_their_line(viewer, url):
    response = viewer.post(url, {"file": upload(f"\ufeff,,\r\n{SHORT},x\r\n;;\r\n")})

    assert status(response) == "1 tested, 0 good, 1 failed."
    assert table(response, 1)[0]["Line"] == "2"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("£1".encode("cp1252"), "Save the spreadsheet as “CSV UTF-8”"),
        (GOOD.encode("utf-16"), "Save the spreadsheet as “CSV UTF-8”"),
        (GOOD.encode("utf-16-le"), "Save the spreadsheet as “CSV UTF-8”"),
        (b"", "The file is empty"),
        (b"\n , \n", "There is no reference in it"),
        (b'ok\n"open', "Line 2 has an opening quotation mark"),
    ],
)
@pytest.mark.parametrize("button", [{}, {"download": "yes"}])
def test_a_file_that_is_no_list_is_refused_beside_its_field(viewer, url, content, words, button):
    response = viewer.post(url, {"file": upload(content), **button})

    [error] = response.context["form"].errors["file"]
    assert words in error
    assert words in response.content.decode()
    assert status(response) == ""


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({}, "pasted", "Paste references, or choose a file"),
        ({"pasted": " \n"}, "pasted", "Paste references, or choose a file"),
        ({"pasted": GOOD, "file": "file"}, "file", "not both"),
    ],
)
def test_one_of_the_two_is_asked_for(viewer, url, sent, field, words):
    values = {**sent, **({"file": upload(GOOD)} if "file" in sent else {})}

    response = viewer.post(url, values)

    assert words in response.context["form"].errors[field][0]


def test_too_many_references_are_refused_and_just_enough_are_not(viewer, url, monkeypatch):
    monkeypatch.setattr(reference_lists, "MAXIMUM_REFERENCES", 3)

    enough = viewer.post(url, {"pasted": f"{GOOD}\n" * 3})
    many = viewer.post(url, {"pasted": f"{GOOD}\n" * 4})

    assert status(enough) == "3 tested, 3 good, 0 failed."
    assert "Test them in several parts" in many.context["form"].errors["pasted"][0]


def test_too_large_a_file_is_refused(viewer, url, monkeypatch):
    monkeypatch.setattr(try_many, "MAXIMUM_BYTES", 10)

    response = viewer.post(url, {"file": upload(f"{GOOD}\n{GOOD}\n")})

    assert "larger than 40 MB" in response.context["form"].errors["file"][0]


def test_too_much_to_paste_is_answered_with_the_form(viewer, url):
    response = viewer.post(url, {"pasted": f"{GOOD}\n" * 300_000})

    assert response.status_code == 200
    assert response.context["form"].errors == {
        "pasted": [
            "That is too much to paste. Save it as a text or CSV file and choose the file instead"
        ]
    }


def test_the_form_still_needs_its_token(viewer, url):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = viewer.cookies

    response = strict.post(url, {"pasted": GOOD})

    assert response.status_code == 403


def test_a_large_file_is_read_from_disk_twice(viewer, url):
    text = f"{GOOD}\n" * 300_000 + SHORT

    assert (
        status(viewer.post(url, {"file": upload(text)}))
        == "300,001 tested, 300,000 good, 1 failed."
    )
    rows = read_csv(viewer.post(url, {"file": upload(text), "download": "yes"}))
    assert rows[1:] == [["300001", SHORT, "Wrong length"]]


def test_more_references_need_no_more_memory(rule, rubbish_goes_at_once):
    check = compile_rule(rule)

    def peak(number: int) -> int:
        file = io.BytesIO(f"{SHORT},Smith\n".encode() * number)
        tracemalloc.start()
        assert tally(references_in(lines_of_file(file)), check).failed == number
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(20_000) < peak(2_000) + 50_000


def test_a_file_can_be_read_again_after_it_was_left_half_way():
    file = io.BytesIO(b"one\ntwo\n")
    half = lines_of_file(file)
    assert next(half) == "one\n"
    half.close()

    assert list(lines_of_file(file)) == ["one\n", "two\n"]
    assert list(lines_of_text("one\r\ntwo")) == ["one\n", "two"]


def test_the_page_of_a_rule_leads_here_for_those_who_may_see_rules(viewer, rule, url):
    page = viewer.get(f"/admin/income/reference-rules/inspect/{rule.pk}/")
    stranger = logged_in(make_person("ims_funds.view_fund", funds=(ALL_FUNDS,)))

    assert read(page).links["Test many references"] == url
    assert viewer.get(url).status_code == 200
    assert stranger.get(url).status_code == 302
    assert stranger.post(url, {"pasted": GOOD}).status_code == 302
    assert viewer.get("/admin/income/reference-rules/test/0/").status_code == 404


def test_a_long_list_asks_the_database_as_often_as_a_short_one(viewer, url):
    def questions(number: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            viewer.post(url, {"pasted": f"{SHORT}\n" * number})
        return len(asked)

    questions(1)
    assert questions(1) == questions(1_000)
