"""A page on which an officer looks at the answers before people pay, and a resident who applies."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from ims_wagtail.checkout.requests.models import Application
from ims_wagtail.pages.models import PaymentPage
from tests.checkout.resident import Page, Resident
from tests.pages.making import make_home, make_index, make_page, question


DECIDE = ("ims_requests.view_application", "ims_requests.decide_application")
PDF = b"%PDF-1.7 proof of address"
STEP = {"type": "step", "value": {"heading": "About you"}, "id": "s1"}


def make_application_page(payment_type: Any, *, under: Any = None, **values: Any) -> PaymentPage:
    """A page in two steps, the second of which asks for an e-mail address and a file."""
    questions = [
        question("yes_no", "Do you get a concession?", id="concession"),
        STEP,
        question("email", "Your email address", id="email", hint="To tell you what we decide"),
        question("file", "Proof", id="proof", required=False, types=["pdf"]),
    ]
    return make_page(
        under or make_index(make_home()),
        payment_type=payment_type,
        looked_at_first=True,
        reference_help="<p>At the top of your bill.</p>",
        **{"title": "Apply for it", "slug": "apply-for-it", "questions": questions} | values,
    )


def come_to_check(
    resident: Resident, page: PaymentPage, *, proof: bool = True, **what: str
) -> Page:
    """Fill in both steps, with a file, and come to the last look."""
    first = resident.visit(page.url)
    second = resident.fill_in(first, **{"question-concession": "yes"}, **what)
    assert "About you" in second.title, second.text
    path, data = resident.filled(second, **{"question-email": "ada@example.org"})
    data.pop("question-proof", None)
    sent = {"question-proof": SimpleUploadedFile("bill.pdf", PDF)} if proof else {}
    response = resident.client.post(path, {**data, **sent})
    return resident.visit(response["Location"])


def apply_on(
    page: PaymentPage, *, resident: Resident | None = None, proof: bool = True, **what: str
) -> Application:
    """Send an application."""
    resident = resident or Resident()
    resident.fill_in(come_to_check(resident, page, proof=proof, **what))
    return Application.objects.latest("pk")
