"""Asking somebody to pay: one at a time, on the screens of the back office."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone
from wagtail.models import Page, Site

from example_site.models import HomePage
from ims_wagtail.access.models import AuditEntry
from ims_wagtail.checkout.requests.models import RequestToPay, RequestUse
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.models import Order, OrderLine
from tests.checkout.asking import ask, path_of
from tests.checkout.conftest import council  # noqa: F401
from tests.checkout.resident import Resident
from tests.pages.making import make_home, make_index, make_page, question
from tests.payments.making import card
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db(transaction=True)

URL = "/admin/income/requests-to-pay/"
ALL = tuple(f"ims_requests.{verb}_requesttopay" for verb in ("view", "add", "change"))
APPROVE = "ims_requests.approve_requesttopay"


def words(response) -> str:
    """What the page says, on one line."""
    page = BeautifulSoup(response.content.decode(), "html.parser")
    return " ".join(page.main.get_text(" ").split())


@pytest.fixture
def officer(council) -> SimpleNamespace:  # noqa: F811
    person = make_person(*ALL, "ims_requests.export_requesttopay", funds=(ALL_FUNDS,))
    return SimpleNamespace(person=person, client=logged_in(person))


def fill_in(officer, slug: str = "council-tax", **values):
    typed = {
        "reference": "301122331",
        "amount": "120.50",
        "name": "Ada Brook",
        "email": "ada@example.org",
        "language": "en-gb",
        "expires_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
        "single_use": "on",
    }
    return officer.client.post(f"{URL}new/?type={slug}", typed | values, follow=True)


def test_an_officer_makes_a_link_sends_it_and_sees_it_paid(officer):
    shown = fill_in(officer, and_send="on")

    request = RequestToPay.objects.get()
    assert "Not opened" in words(shown)
    assert request.token in shown.content.decode()
    send_due()
    assert path_of(request) in mail.outbox[0].body
    resident = Resident()
    resident.fill_in(resident.visit(path_of(request)))
    resident.pay(card("Success"))
    page = words(officer.client.get(f"{URL}inspect/{request.pk}/"))
    assert f"Q{request.pk}: Paid" in page
    listed = words(officer.client.get(f"{URL}?state=paid"))
    assert f"Q{request.pk}" in listed
    assert "Paid £120.50" in listed
    assert f"Q{request.pk}" not in words(officer.client.get(f"{URL}?state=unopened"))


def test_what_is_wrong_stands_beside_what_was_typed(officer):
    shown = fill_in(officer, reference="301122332")

    assert shown.status_code == 422
    assert not RequestToPay.objects.exists()
    page = BeautifulSoup(shown.content.decode(), "html.parser")
    assert page.find("input", {"name": "reference"})["aria-invalid"] == "true"


def test_the_questions_of_a_page_are_asked_by_the_link(officer, council):  # noqa: F811
    page = make_page(
        make_index(make_home()),
        payment_type=council.room,
        questions=[question("short_text", label="Which room?")],
    )
    fill_in(officer, "room-hire", reference="B1", page=page.pk)

    shown = Resident().visit(path_of(RequestToPay.objects.get()))

    assert "Which room?" in shown.text


def test_a_request_belongs_to_the_site_of_its_page_unless_another_is_chosen(officer, council):  # noqa: F811
    make_page(make_index(make_home()), payment_type=council.room)
    assert "Site" not in words(officer.client.get(f"{URL}new/?type=room-hire"))
    there = HomePage(title="Moorland", slug="moorland")
    Page.objects.get(depth=1).add_child(instance=there)
    moor = Site.objects.create(hostname="moor.example", site_name="Moorland", root_page=there)
    asks = [question("short_text", label="Which room?")]
    page = make_page(there, payment_type=council.room, questions=asks)

    shown = fill_in(officer, "room-hire", reference="B1", page=page.pk)
    made = RequestToPay.objects.get()
    assert made.site == moor
    assert f"http://moor.example{path_of(made)}" in shown.content.decode()
    assert "Site Moorland" in words(shown)

    default = Site.objects.get(is_default_site=True)
    fill_in(officer, "room-hire", reference="B2", page=page.pk, site=default.pk)
    fill_in(officer, "room-hire", reference="B3")
    sites = dict(RequestToPay.objects.values_list("reference", "site"))
    assert sites == {"B1": moor.pk, "B2": default.pk, "B3": None}


def test_the_code_and_the_letter_lead_to_the_link(officer, council):  # noqa: F811
    request = ask(council.council_tax, message="Your second instalment")

    svg = officer.client.get(f"{URL}qr/{request.pk}/svg/")
    png = officer.client.get(f"{URL}qr/{request.pk}/png/")
    letter = words(officer.client.get(f"{URL}letter/{request.pk}/"))

    assert svg.content.startswith(b"<?xml")
    assert svg["Content-Type"] == "image/svg+xml"
    assert png.content.startswith(b"\x89PNG")
    assert path_of(request) in letter
    assert "Your second instalment" in letter


def test_nobody_approves_their_own_request_and_it_has_no_link_until_somebody_does(officer):
    officer.person.groups.get().permissions.add(
        *make_person(APPROVE).groups.get().permissions.filter(codename="approve_requesttopay")
    )
    fill_in(officer, needs_approval="on")
    request = RequestToPay.objects.get()
    url = f"{URL}inspect/{request.pk}/"
    own = officer.client.get(url)
    assert request.token not in own.content.decode()
    assert officer.client.get(f"{URL}letter/{request.pk}/").status_code == 404
    assert officer.client.post(url, {"action": "approve"}).status_code in (302, 403)
    request.refresh_from_db()
    assert request.is_waiting
    manager = logged_in(make_person(ALL[0], APPROVE, funds=(ALL_FUNDS,)))

    manager.post(url, {"action": "approve"})

    request.refresh_from_db()
    assert not request.is_waiting
    send_due()
    assert path_of(request) in mail.outbox[0].body
    assert AuditEntry.objects.filter(action="approve", object_id=str(request.pk)).exists()


def test_a_withdrawn_link_is_not_open_any_more(officer, council):  # noqa: F811
    request = ask(council.council_tax)

    officer.client.post(f"{URL}inspect/{request.pk}/", {"action": "withdraw"})

    assert Resident().visit(path_of(request)).status == 410


def test_a_request_paid_twice_says_so(officer, council):  # noqa: F811
    request = ask(council.council_tax)
    resident = Resident()
    resident.fill_in(resident.visit(path_of(request)))
    resident.pay(card("Success"))
    other = Resident()
    other.add("room-hire", reference="B1", amount="10")
    other.pay(card("Success"))
    line = OrderLine.objects.get(order=Order.objects.latest("pk"))
    RequestUse.objects.create(request=request, basket_line=line.basket_line)

    assert "was paid 2 times" in words(officer.client.get(f"{URL}inspect/{request.pk}/"))


def test_the_file_of_the_list_is_safe_to_open(officer, council):  # noqa: F811
    ask(council.room, reference="=1+1")

    response = officer.client.get(f"{URL}?export=csv")

    content = b"".join(response.streaming_content).decode()
    assert "'=1+1" in content.upper()
