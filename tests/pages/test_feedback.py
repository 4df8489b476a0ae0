"""One question after paying: asked where the page asks, answered once, and about nobody."""

import pytest
from django.urls import reverse
from wagtail.models import GroupPagePermission

from ims_wagtail.pages.feedback.models import Feedback, FeedbackGiven
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Resident
from tests.factories import make_fund, make_suspense_fund
from tests.pages.making import make_editor, make_page, parsed, signed_in, words


ASKING = "Tell us how easy it was to pay"


@pytest.fixture
def page(home, council_tax):
    make_suspense_fund()
    return make_page(home, payment_type=council_tax, asks_feedback=True)


def pay_on(page, **headers):
    """Somebody who has just paid on a page, and what they read."""
    resident = Resident(**headers)
    resident.fill_in(resident.visit(page.url), reference="301122331", amount="45.50")
    return resident, resident.pay(BY_NUMBER["4242424242424242"])


@pytest.mark.django_db(transaction=True)
def test_a_payer_answers_once_and_nothing_leads_back_to_them(page):
    resident, paid = pay_on(page)
    address = paid.link(ASKING)

    wrong = resident.fill_in(resident.visit(address), words="My card is 4242424242424242")
    assert wrong.errors[0] == "Choose how easy it was to pay"
    assert "must not hold a card number" in wrong.errors[1]
    thanked = resident.fill_in(wrong, score="4", words="More Welsh, please")

    assert "Thank you for your feedback" in thanked.text
    assert not thanked.soup.main.find("form")
    (answer,) = Feedback.objects.all()
    assert (answer.page_id, answer.score, answer.words) == (page.pk, 4, "More Welsh, please")
    kept = {field.name for field in Feedback._meta.get_fields()}
    assert kept == {"id", "page_id", "day", "score", "words"}
    assert FeedbackGiven.objects.get().order == Order.objects.get()

    # Another window of the same person had the form open.
    path, data = resident.filled(wrong, score="1", words="")
    resident.client.post(path, data)
    assert Feedback.objects.count() == 1

    page.asks_feedback = False
    page.save()
    assert ASKING not in resident.visit(paid.path).text
    assert resident.visit(address).status == 404


@pytest.mark.django_db(transaction=True)
def test_the_question_is_asked_in_welsh(page):
    resident, paid = pay_on(page, headers={"accept-language": "cy"})

    asked = resident.visit(paid.link("Dywedwch wrthym"))

    assert asked.soup.html["lang"] == "cy"
    assert "Hawdd iawn" in asked.text


def answers(page, *scores, said=""):
    for score in scores:
        Feedback.objects.create(page_id=page.pk, day="2026-11-01", score=score, words=said)


def test_editors_read_what_people_say_of_their_own_pages(home, page, council_tax):
    other = make_page(home, payment_type=council_tax, slug="other", title="Other")
    answers(page, 5, 5, 4, 2, said="<b>Quick</b>")
    answers(other, 1)
    editor = signed_in(make_editor(fund=council_tax.fund, on=page))
    report = reverse("ims_page_feedback")

    listed = words(editor.get(report))
    shown = parsed(editor.get(f"{report}?page={page.pk}"))

    assert "Pay your council tax 4 4.0" in listed
    assert "Other" not in listed
    table = [
        [cell.get_text() for cell in line.select("th, td")]
        for line in shown.select_one(".ims-chart table tbody").select("tr")
    ]
    assert table[:3] == [
        ["Very easy", "2", "50%"],
        ["Easy", "1", "25%"],
        ["Neither easy nor difficult", "0", "0%"],
    ]
    assert len(shown.select("svg.ims-chart__picture rect")) == 5
    assert "<b>Quick</b>" in shown.get_text()
    assert "Other" not in words(editor.get(f"{report}?page={other.pk}"))
    edit = words(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert "Feedback" in edit


def test_who_changes_no_pages_reads_no_feedback(page):
    nobody = signed_in(make_editor(fund=make_fund("99"), on=page, name="nobody"))
    GroupPagePermission.objects.all().delete()

    assert nobody.get(reverse("ims_page_feedback")).status_code == 302
