"""What an officer looks at first: applied for, decided once, then paid by a link, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.checkout.answer_files import private_storage
from ims_wagtail.checkout.forgetting import forget_old_answers
from ims_wagtail.checkout.models import AnswerFile, BasketLine, UnfinishedEntry
from ims_wagtail.checkout.requests.applications.deciding import NotDecidable, approve, refuse
from ims_wagtail.checkout.requests.applications.enums import ApplicationState
from ims_wagtail.checkout.requests.making import RequestRefused
from ims_wagtail.checkout.requests.models import Application, RequestToPay
from ims_wagtail.checkout.requests.probes import applications_left
from ims_wagtail.checkout.services import purge_baskets
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource, Challenge
from ims_wagtail.funds.models import Price
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from ims_wagtail.pages.checks import Version, stops_for
from ims_wagtail.pages.signed_off import needs_sign_off
from ims_wagtail.payments.models import OrderLine
from tests.checkout.applying import (
    DECIDE,
    PDF,
    STEP,
    apply_on,
    come_to_check,
    make_application_page,
)
from tests.checkout.asking import path_of
from tests.checkout.resident import Resident
from tests.factories import make_payment_type, make_price_change
from tests.pages import amounts
from tests.pages.making import make_editor, make_welsh, question, signed_in, words
from tests.payments.making import breaches, card
from tests.staff.council import make_application
from tests.staff.people import ALL_FUNDS, make_person


pytestmark = pytest.mark.django_db

#: What is paid, or decided by two at once, commits.
commits = pytest.mark.django_db(transaction=True)

TYPED = {"reference": "301122331", "amount": "20"}


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "ims_private": memory}


@pytest.fixture(autouse=True)
def officer_there(council) -> None:
    """Somebody may decide: pages are published only then."""
    make_person(*DECIDE, funds=(ALL_FUNDS,))


@pytest.fixture
def page(council):
    """A page on which a garden bin, which has one price, is applied for."""
    return make_application_page(council.bin)


@pytest.fixture
def open_page(council):
    """A page on which the applicant says how much, for an account."""
    return make_application_page(council.council_tax)


def stored() -> list[bytes]:
    """What the files in private storage hold."""
    folder = private_storage()
    names = folder.listdir("answers")[1] if folder.exists("answers") else []
    return [folder.open(f"answers/{name}").read() for name in names]


def pay(request: RequestToPay):
    """Open the link and pay by card; return what was ordered."""
    resident = Resident()
    basket = resident.fill_in(resident.visit(path_of(request)))
    assert basket.path.startswith("/pay/basket/"), basket.text
    person = {"name": "Ada", "address_line_1": "1 High St", "town": "T", "postcode": "AN1 2BC"}
    asks = resident.visit("/pay/details/").has_field("postcode")
    check = resident.go_to_check(email="ada@example.org", **(person if asks else {}))
    resident.pay(card("Success"), check)
    return OrderLine.objects.latest("pk")


def test_who_applies_checks_everything_pays_nothing_and_is_told_what_happens_next(page):
    resident = Resident()
    check = come_to_check(resident, page)
    assert check.title == "Check your answers before you apply"
    assert dict(check.rows())["Proof"].startswith("bill.pdf")
    assert dict(check.rows())["Amount"] == "£45.00"

    path, data = resident.filled(check)
    sent = resident.fill_in(check)
    again = resident.client.post(path, data)

    application = Application.objects.get()
    assert f"Your application number {application}" in sent.text
    assert sent.title.startswith("Application sent")
    assert "ada@example.org" not in sent.text
    assert again["Location"] == sent.path
    assert not BasketLine.objects.exists() and not UnfinishedEntry.objects.exists()
    assert (application.state, application.amount) == (ApplicationState.WAITING, Decimal("45.00"))
    send_due()
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert f"Your application number: {application}" in mail.outbox[0].body


def test_an_answer_changed_at_the_last_look_comes_straight_back_to_it(page):
    resident = Resident()
    check = come_to_check(resident, page)

    first = resident.visit(check.link("Change Garden bin"))
    check = resident.fill_in(first, **{"question-concession": "no"})

    assert check.title == "Check your answers before you apply"
    assert dict(check.rows())["Do you get a concession?"].startswith("No")
    assert dict(check.rows())["Proof"].startswith("bill.pdf")


def test_what_is_applied_for_can_not_be_paid_past_the_officer(page, council):
    assert Resident().visit("/pay/garden-bin/").title == "Apply for it"
    assert Resident().visit("/pay/room-hire/").title == "Room hire"


@commits
def test_an_approved_application_is_paid_by_its_link_with_its_answers_and_file(page):
    application = apply_on(page)
    purge_old(application)
    officer = make_person()

    request = approve(application=application, by=officer, message="Bring the old sticker back")

    send_due()
    told = mail.outbox[-1].body
    assert f"Your application {application} has been approved" in told
    assert path_of(request) in told and "Bring the old sticker back" in told
    line = pay(request)
    answers = {each["key"]: each["value"] for each in line.answers}
    assert (answers["concession"], answers["proof"]) == ("Yes", "bill.pdf")
    assert (line.amount, line.page_title) == (Decimal("45.00"), page.title)
    assert Resident().visit(path_of(request)).status == 410
    assert stored() == [PDF]
    assert not breaches()


def purge_old(application: Application) -> None:
    """Let the basket beside which it was filled in go; what was sent stays."""
    AnswerFile.objects.get(application=application.key).basket.delete()
    purge_baskets()
    assert stored() == [PDF]


def test_what_was_approved_can_not_be_changed_in_the_basket(page):
    request = approve(application=apply_on(page), by=make_person())
    resident = Resident()

    basket = resident.fill_in(resident.visit(path_of(request)))

    line = BasketLine.objects.get()
    assert "Change" not in basket.text
    assert resident.visit(f"/pay/basket/{line.pk}/change/").title == "Your basket"
    response = resident.client.post(
        f"/pay/basket/{line.pk}/change/", {"question-concession": "no", "reference": "X"}
    )
    assert response.status_code == 303
    assert {each["key"]: each["value"] for each in BasketLine.objects.get().answers}[
        "concession"
    ] == "yes"


@commits
def test_an_officer_sets_the_amount_only_where_payers_say_it(page, council):
    officer = make_person()
    with pytest.raises(RequestRefused):
        approve(application=apply_on(page), by=officer, amount=Decimal("5"))
    assert not RequestToPay.objects.exists()
    page.payment_type = council.council_tax
    page.save_revision().publish()

    request = approve(application=apply_on(page, **TYPED), by=officer, amount=Decimal("5"))

    line = pay(request)
    assert (line.account_reference, line.amount) == ("301122331", Decimal("5.00"))


@commits
def test_a_concession_is_approved_and_paid_at_the_price_of_the_day_it_is_paid(council):
    page = make_application_page(
        amounts.make_garden_waste(),
        amount=amounts.rules(),
        questions=[
            amounts.CONCESSION,
            amounts.HOW_MANY,
            STEP,
            question("email", "Your email address", id="email", hint="To tell you"),
        ],
    )
    resident = Resident()
    first = resident.visit(page.url)
    second = resident.fill_in(first, **{"question-c1": "yes", "question-n1": "2"})
    check = resident.fill_in(second, **{"question-email": "ada@example.org"})
    assert dict(check.rows())["Amount"] == "£67.50"
    resident.fill_in(check)
    request = approve(application=Application.objects.get(), by=make_person())
    assert request.amount is None
    make_price_change(Price.objects.get(code="LOW-FIRST"), "38.00", starts=accounting_date())

    assert "£69.50" in Resident().visit(path_of(request)).text
    line = pay(request)

    assert line.amount == Decimal("69.50")
    assert {"c1": "Yes", "n1": "2"}.items() <= {
        each["key"]: each["value"] for each in line.answers
    }.items()


def test_a_refused_application_is_told_why_and_can_not_be_paid(page):
    application = apply_on(page)

    refuse(application=application, by=make_person(), reason="The bill is from another council")

    send_due()
    assert "Why: The bill is from another council" in mail.outbox[-1].body
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert not RequestToPay.objects.exists()
    shown = Resident().visit(f"/pay/applied/{application.key}/")
    assert shown.title == "Application decided"
    assert "another council" not in shown.text


@commits
def test_of_two_officers_at_one_moment_the_second_is_told(council):
    application = make_application(council.bin)
    officers = [make_person(name=name) for name in ("olga", "omar")]
    gate = Barrier(2)

    def decide(officer) -> str:
        gate.wait(timeout=30)
        try:
            if officer.username == "olga":
                approve(application=application, by=officer)
            else:
                refuse(application=application, by=officer, reason="No proof")
        except NotDecidable as told:
            return str(told)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(decide, officers))

    application.refresh_from_db()
    winner = application.decided_by.username
    assert said == ["", f"{winner} has decided about this already."]
    assert RequestToPay.objects.count() == (1 if winner == "olga" else 0)
    assert AuditEntry.objects.filter(object_type="ims_requests.Application").count() == 1


def test_nobody_decides_about_their_own_application(page):
    resident, colleague = Resident(), make_person(name="carys")
    colleague.email = "ADA@example.org"
    colleague.save(update_fields=["email"])
    officer = make_person(name="olga")
    resident.client.force_login(officer)
    application = apply_on(page, resident=resident)

    for own in (officer, colleague):
        with pytest.raises(NotDecidable, match="your own"):
            approve(application=application, by=own)
    with pytest.raises(DatabaseError, match="own_application"), transaction.atomic():
        Application.objects.update(
            state="refused", reason="No", decided_by=officer, decided_at=timezone.now()
        )


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("1")},
        {"answers": []},
        {"email": "other@example.org"},
        {"state": "approved"},
        {"state": "waiting", "decided_by": None, "decided_at": None},
    ],
    ids=str,
)
def test_the_database_keeps_what_was_sent_and_what_was_decided(council, change):
    application = make_application(council.bin)
    refuse(application=application, by=make_person(), reason="No proof")

    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.update(**change)


def test_a_link_that_was_spoilt_says_nothing_of_the_application(page):
    request = approve(application=apply_on(page), by=make_person(), message="Ada Brook")

    spoilt = Resident().visit(f"{path_of(request)[:-3]}/")

    assert spoilt.status == 404
    assert "Garden" not in spoilt.text and "Ada Brook" not in spoilt.text
    assert Resident().visit("/pay/applied/00000000-0000-4000-8000-000000000000/").status == 404


def test_answers_files_and_addresses_go_after_their_days_refused_or_not(open_page, settings):
    settings.IMS = {**settings.IMS, "PAYMENT_LINK_DAYS": 60}
    open_page.answer_days = 30
    open_page.save_revision().publish()
    officer = make_person()
    refused, approved, waits = (apply_on(open_page, **TYPED) for _each in range(3))
    refuse(application=refused, by=officer, reason="No proof")
    approve(application=approved, by=officer)
    send_due()
    assert forget_old_answers() == 0

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=True):
        assert forget_old_answers() == 1
    refused.refresh_from_db()
    assert (refused.answers, refused.email, refused.reason) == ([], "", "")
    # What can still be paid, and what nobody has looked at, is kept.
    assert len(stored()) == 2
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=True):
        assert forget_old_answers() == 1
    waits.refresh_from_db()
    assert waits.answers
    assert len(stored()) == 1
    kinds = Message.objects.exclude(recipient="").values_list("kind", flat=True)
    assert sorted(kinds) == ["application", "request_to_pay"]


def test_a_welsh_applicant_reads_welsh_to_the_end(page):
    welsh = make_welsh(page, titles={page.slug: "Gwneud cais"})
    assert welsh.looked_at_first
    application = apply_on(welsh)

    request = approve(application=application, by=make_person())

    send_due()
    assert application.language == request.language == "cy"
    assert all("cais" in message.body for message in mail.outbox)


def test_the_two_steps_of_applying_can_be_previewed(page):
    editor = make_editor(fund=None, on=page.get_parent())
    told = {}
    for mode, _words in page.preview_modes:
        if mode.startswith("appli") and "@" not in mode:
            url = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
            told[mode] = words(signed_in(editor).get(url, {"mode": mode}))

    assert "Check your answers before you apply" in told["application"]
    assert "Do you get a concession?" in told["application"]
    assert "Application sent" in told["applied"]
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("nothing", None),
        ("no email", "application-no-email"),
        ("nobody decides", "application-no-officer"),
        ("balance", "application-balance"),
    ],
)
def test_a_page_is_published_only_where_somebody_can_be_told_and_somebody_decides(
    page, spoil, code
):
    if spoil == "no email":
        page.questions = []
        page.save()
    elif spoil == "nobody decides":
        Group.objects.all().delete()
    elif spoil == "balance":
        page.payment_type = make_payment_type(
            "owed",
            fund=page.payment_type.fund,
            amount_source=AmountSource.BALANCE,
            challenge=Challenge.POSTCODE,
        )
        page.save()
    stops = [each.code for each in stops_for(Version(page)) if "application" in each.code]

    assert stops == ([code] if code else [])
    if code:
        shown = Resident().visit(page.url)
        assert spoil == "nobody decides" or not shown.has_field("question-concession")


def test_a_page_waits_until_its_translation_asks_for_an_email_address(page):
    welsh = make_welsh(page, titles={page.slug: "Gwneud cais"})
    assert not [each for each in stops_for(Version(page)) if "application" in each.code]
    welsh.questions = []
    welsh.save()

    stops = [each for each in stops_for(Version(page)) if "application" in each.code]

    assert [each.code for each in stops] == ["application-no-email-there"]
    assert "Gwneud cais" in stops[0].message


def test_a_change_of_who_looks_first_is_for_finance_to_sign_off(page):
    page.save_revision().publish()
    page.refresh_from_db()
    assert not needs_sign_off(page)
    page.looked_at_first = False
    assert needs_sign_off(page)


def test_an_application_left_for_long_stands_on_the_page_of_health(page):
    apply_on(page)
    assert not list(applications_left("default"))
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=True):
        assert [each.code for each in applications_left("default")] == ["ims_requests.W002"]
