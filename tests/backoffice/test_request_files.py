"""Requests to pay from a file: looked at first, made in the background, all or none."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook
from wagtail.models import Page, Site

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.checkout.requests.files import making
from ims_wagtail.checkout.requests.files.checking import Terms, check_file
from ims_wagtail.checkout.requests.files.making import make_requests
from ims_wagtail.checkout.requests.files.reading import FileRow
from ims_wagtail.checkout.requests.models import RequestFile, RequestToPay
from ims_wagtail.checkout.selectors import payable_type
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from tests.checkout.asking import path_of
from tests.checkout.conftest import council  # noqa: F401
from tests.checkout.resident import Resident
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db(transaction=True)

URL = "/admin/income/request-files/"
MAY = (
    "ims_requests.view_requesttopay",
    "ims_requests.add_requesttopay",
    "ims_requests.view_requestfile",
)
HEAD = ["Reference", "Amount", "Name", "E-mail", "Expires", "Message"]


@pytest.fixture
def officer(council) -> SimpleNamespace:  # noqa: F811
    person = make_person(*MAY, funds=(ALL_FUNDS,))
    return SimpleNamespace(person=person, client=logged_in(person))


def as_csv(*rows: list[str]) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return SimpleUploadedFile("bills.csv", text.getvalue().encode())


def upload(officer, file, slug: str = "council-tax", **values):
    typed = {
        "type": slug,
        "file": file,
        "expires_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
        "language": "en-gb",
        "single_use": "on",
    }
    return officer.client.post(f"{URL}upload/", typed | values)


def confirm(officer, shown):
    page = BeautifulSoup(shown.content.decode(), "html.parser")
    confirmed = page.find("input", {"name": "confirmed"})["value"]
    return officer.client.post(f"{URL}upload/", {"confirmed": confirmed}, follow=True)


def table(response, caption: str) -> list[list[str]]:
    page = BeautifulSoup(response.content.decode(), "html.parser")
    for found in page.main.find_all("table"):
        if found.caption.get_text(strip=True) == caption:
            rows = found.tbody.find_all("tr")
            return [[cell.get_text(strip=True) for cell in row(["th", "td"])] for row in rows]
    return []


def results(officer, file: RequestFile) -> list[dict[str, str]]:
    response = officer.client.get(f"{URL}results/{file.pk}/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_file_becomes_links_that_are_sent_and_its_results_say_which(officer):
    rows = [
        ["301122331", "£120.50", "Ada Brook", "ada@example.org", "", "First instalment"],
        ["123456780", "99", "=Ben()", "ben@example.org", "31/12/2026", ""],
    ]
    with time_machine.travel(date(2026, 11, 22), tick=True):
        shown = upload(officer, as_csv(*rows), and_send="on")
        assert shown.status_code == 200
        assert not RequestFile.objects.exists()
        confirm(officer, shown)
        confirm(officer, shown)
        file = RequestFile.objects.get()
        make_requests(file_id=file.pk)
        send_due()

    file.refresh_from_db()
    assert (file.count, file.done, file.rows) == (2, 2, [])
    ada, ben = RequestToPay.objects.order_by("file_row")
    assert (ada.amount, ben.amount) == (Decimal("120.50"), Decimal("99.00"))
    assert ben.expires_at.astimezone().date() == date(2027, 1, 1)
    assert sorted(message.to[0] for message in mail.outbox) == [
        "ada@example.org",
        "ben@example.org",
    ]
    taken = results(officer, file)
    assert [row["reference"] for row in taken] == ["301122331", "123456780"]
    assert taken[0]["link"].endswith(path_of(ada))
    assert taken[1]["name"] == "'=Ben()"
    assert AuditEntry.objects.filter(action="download results").exists()


def test_a_file_asks_in_the_name_of_the_site_that_is_chosen(officer):
    moor = Site.objects.create(hostname="moor.example", root_page=Page.objects.get(depth=2))
    row = ["301122331", "120.50", "", "", "", ""]
    form = BeautifulSoup(officer.client.get(f"{URL}upload/").content.decode(), "html.parser")
    assert form.find("select", {"name": "site"}).option.get_text(strip=True) == "The default site"

    confirm(officer, upload(officer, as_csv(row), site=moor.pk))
    file = RequestFile.objects.get()
    make_requests(file_id=file.pk)

    made = RequestToPay.objects.get()
    assert (file.site, made.site) == (moor, moor)
    (taken,) = results(officer, file)
    assert taken["link"] == f"http://moor.example{path_of(made)}"


def test_everything_wrong_is_told_by_row_and_column_and_nothing_is_made(officer):
    shown = upload(
        officer,
        as_csv(
            ["301122331", "10", "", "", "", ""],
            ["301122332", "10", "", "", "", ""],
            ["123456780", "ten", "", "nobody", "soon", ""],
            ["100000007", "10", "", "", "1/1/2020", ""],
            ["301122331", "10", "", "", "", ""],
        ),
    )

    assert shown.status_code == 422
    told = [(row[0], row[1]) for row in table(shown, "What is wrong")]
    assert told == [
        ("3", "reference"),
        ("4", "amount"),
        ("4", "expiry"),
        ("4", "email"),
        ("5", "expiry"),
        ("6", "reference"),
    ]
    page = BeautifulSoup(shown.content.decode(), "html.parser")
    assert page.find("input", {"name": "confirmed"}) is None


def test_a_workbook_is_read_as_well(officer):
    book = Workbook()
    book.active.append(["reference", "amount", "expiry"])
    book.active.append([301122331, 12.5, date.today() + timedelta(days=3)])
    file = io.BytesIO()
    book.save(file)

    shown = upload(officer, SimpleUploadedFile("bills.xlsx", file.getvalue()))

    assert table(shown, "What would be asked for")[0][-1] == "£12.50"


def test_no_link_of_a_file_works_before_all_are_made_and_a_stopped_worker_is_gone_on_from(
    officer,
):
    rows = [[f"{n}", "5", "", "", "", ""] for n in range(1, 8)]
    with patch("ims_wagtail.checkout.requests.files.taking_in.make_file"):
        confirm(officer, upload(officer, as_csv(*rows), slug="room-hire"))
    file = RequestFile.objects.get()
    with patch.object(making, "_STEP", 3):
        assert making._step(file.pk) == 3
        first = RequestToPay.objects.first()
        assert Resident().visit(path_of(first)).status == 404
        assert officer.client.get(f"{URL}results/{file.pk}/").status_code == 404
        RequestFile.objects.update(heard_of_at=timezone.now() - timedelta(minutes=4))
        page = officer.client.get(f"{URL}inspect/{file.pk}/").content.decode()
        assert "3 of 7 requests made" in page
        officer.client.post(f"{URL}inspect/{file.pk}/")
        make_requests(file_id=file.pk)

    assert sorted(RequestToPay.objects.values_list("reference", flat=True)) == [
        str(n) for n in range(1, 8)
    ]
    assert Resident().visit(path_of(first)).status == 200


def test_e_mails_of_a_file_go_out_sixty_a_minute(officer):
    rows = [[f"{n}", "5", "", f"p{n}@example.org", "", ""] for n in range(1, 131)]
    with patch("ims_wagtail.checkout.requests.files.taking_in.make_file"):
        confirm(officer, upload(officer, as_csv(*rows), slug="room-hire", and_send="on"))
    make_requests(file_id=RequestFile.objects.get().pk)

    times = sorted(Message.objects.values_list("next_try_at", flat=True))
    assert [sum(at <= times[0] + timedelta(minutes=m) for at in times) for m in range(3)] == [
        60,
        120,
        130,
    ]


def test_two_thousand_rows_are_checked_with_as_many_queries_as_ten(council):  # noqa: F811
    terms = Terms(
        payment_type=payable_type("council-tax"),
        expires_on=timezone.localdate() + timedelta(days=14),
        language="en-gb",
        single_use=True,
        and_send=False,
    )

    def asked(number: int) -> int:
        rows = [FileRow(n, "301122331", Decimal(n), "", "", None, "") for n in range(1, number + 1)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            checked = check_file(rows, terms=terms)
        assert not checked.faults
        assert len(checked.rows) == number
        return len(queries)

    assert asked(10) == asked(2_000) <= 2


def test_a_file_is_only_for_funds_in_which_one_may_ask(council):  # noqa: F811
    person = make_person(*MAY, funds=(council.room.fund,))
    officer = SimpleNamespace(client=logged_in(person))

    shown = upload(officer, as_csv(["301122331", "5", "", "", "", ""]))

    assert shown.status_code == 422
    assert not table(shown, "What would be asked for")
