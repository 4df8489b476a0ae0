"""Officers decide about applications on their screens: the oldest first, once, in their funds."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry, ReadEntry
from ims_wagtail.access.needs import needs_of
from ims_wagtail.checkout.models import AnswerFile
from ims_wagtail.checkout.requests.applications.deciding import refuse
from ims_wagtail.checkout.requests.models import Application, RequestToPay
from ims_wagtail.notifications.services import send_due
from tests.checkout.applying import DECIDE, PDF, apply_on, make_application_page
from tests.checkout.asking import path_of
from tests.checkout.conftest import council  # noqa: F401
from tests.staff.council import make_application
from tests.staff.people import logged_in, make_person


pytestmark = pytest.mark.django_db

URL = "/admin/income/applications/"


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "ims_private": memory}


@pytest.fixture
def officer(council):  # noqa: F811
    """Somebody who decides about council tax only."""
    return make_person(*DECIDE, funds=(council.council_tax.fund,), name="olga")


def words(response) -> str:
    """What the page says, on one line."""
    page = BeautifulSoup(response.content.decode(), "html.parser")
    return " ".join(page.main.get_text(" ").split())


def where(application: Application) -> str:
    return f"{URL}inspect/{application.pk}/"


def test_an_officer_reads_the_answers_takes_the_file_and_approves_another_amount(
    officer,
    council,  # noqa: F811
):
    page = make_application_page(council.council_tax)
    application = apply_on(page, reference="301122331", amount="20")
    client = logged_in(officer)

    shown = client.get(where(application))
    address = reverse("ims_answer_file_download", args=[AnswerFile.objects.get().pk])
    file = client.get(address)

    assert f"{application}: Waiting for an officer" in words(shown)
    assert "Do you get a concession? Yes" in words(shown)
    assert "Account number 301122331" in words(shown)
    assert b"".join(file.streaming_content) == PDF
    stranger = logged_in(make_person(*DECIDE, funds=(council.room.fund,)))
    assert stranger.get(address).status_code == 404
    assert stranger.get(where(application)).status_code == 404
    assert ReadEntry.objects.filter(user_id=officer.pk).count() == 2

    done = client.post(
        where(application),
        {"action": "approve", "amount": "12.50", "message": "Half a year"},
        follow=True,
    )

    assert f"{application}: Approved" in words(done)
    request = RequestToPay.objects.get()
    assert (str(request.amount), request.made_by) == ("12.50", officer)
    assert AuditEntry.objects.filter(object_id=str(application.pk), action="approve").exists()
    send_due()
    assert path_of(request) in mail.outbox[-1].body


def test_what_has_a_price_leaves_the_officer_no_amount_to_set(council):  # noqa: F811
    officer = make_person(*DECIDE, funds=(council.bin.fund,))
    application = make_application(council.bin)
    client = logged_in(officer)

    shown = BeautifulSoup(client.get(where(application)).content, "html.parser")

    assert shown.find("input", {"name": "amount"}) is None
    client.post(where(application), {"action": "approve", "amount": "1.00"})
    assert RequestToPay.objects.get().amount is None


def test_a_refusal_needs_a_reason_and_the_second_officer_is_told(officer, council):  # noqa: F811
    application = make_application(council.council_tax)
    client = logged_in(officer)

    silent = client.post(where(application), {"action": "refuse", "reason": ""})
    assert silent.status_code == 422
    assert "Say why: the applicant is told" in words(silent)
    refuse(application=application, by=make_person(name="omar"), reason="No proof")
    late = client.post(where(application), {"action": "refuse", "reason": "Late"}, follow=True)

    assert "omar has decided about this already." in late.content.decode()
    application.refresh_from_db()
    assert application.reason == "No proof"


def test_what_can_not_be_paid_any_more_is_said_beside_the_approval(officer, council):  # noqa: F811
    application = make_application(council.council_tax)

    shown = logged_in(officer).post(where(application), {"action": "approve", "amount": "10"})

    assert shown.status_code == 422
    application.refresh_from_db()
    assert application.is_waiting


def test_who_may_look_may_not_decide(council):  # noqa: F811
    application = make_application(council.council_tax)
    reader = logged_in(make_person(DECIDE[0], funds=(council.council_tax.fund,)))

    assert "Approve and send" not in words(reader.get(where(application)))
    answer = reader.post(where(application), {"action": "refuse", "reason": "No"})

    assert answer.url == "/admin/"
    application.refresh_from_db()
    assert application.is_waiting


def test_what_waits_stands_first_with_the_oldest_at_the_top(officer, council):  # noqa: F811
    decided, oldest, newest = (make_application(council.council_tax) for _each in range(3))
    refuse(application=decided, by=officer, reason="No proof")
    client = logged_in(officer)

    listed = words(client.get(URL))
    waiting = words(client.get(f"{URL}?state=waiting"))

    places = [listed.index(f"A{each.pk} ") for each in (oldest, newest, decided)]
    assert places == sorted(places)
    assert f"A{decided.pk} " not in waiting
    assert [need.count for need in needs_of(officer) if need.url.startswith(URL)] == [2]


def test_answers_that_were_erased_say_so(officer, council):  # noqa: F811
    application = make_application(council.council_tax)
    refuse(application=application, by=officer, reason="No proof")
    Application.objects.update(answers=[], email="", reason="", erased_at=timezone.now())

    assert "The answers were erased on" in words(logged_in(officer).get(where(application)))
