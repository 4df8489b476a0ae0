"""Blocks for paying on any page of a site: kept by caches, true to what finance and pages say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from example_site.models import StandardPage
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.pages.pay_blocks import PayablePageChooserBlock
from ims_wagtail.payments.models import MerchantAccount
from tests.checkout.conftest import council  # noqa: F401
from tests.factories import make_price, make_price_change
from tests.pages.making import make_home, make_index, make_page, question


pytestmark = pytest.mark.django_db

HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def target(council) -> PaymentPage:  # noqa: F811
    """A page on which council tax is paid."""
    return make_page(make_index(make_home()), payment_type=council.council_tax)


def show(*blocks: dict) -> StandardPage:
    """A page of plain words with these blocks under them."""
    from wagtail.models import Site

    home = Site.objects.get(is_default_site=True).root_page
    page = StandardPage(title="About it", slug="about-it", body="<p>Words</p>")
    page.payments = [(block["type"], block["value"]) for block in blocks]
    return home.add_child(instance=page)


def button(page, words: str = "Pay it here") -> dict:
    return {"type": "pay_button", "value": {"page": page, "words": words}}


def form(page) -> dict:
    return {"type": "pay_form", "value": {"page": page, "heading": "Pay in two steps"}}


def visit(page: StandardPage, client: Client | None = None):
    response = (client or Client()).get(page.url)
    assert response.status_code == 200
    return response, BeautifulSoup(response.content.decode(), "html.parser")


def test_a_button_leads_to_the_payment_page(target):
    _response, page = visit(show(button(target)))

    link = page.main.find("a", string="Pay it here")
    assert link["href"] == target.url


def test_a_page_with_blocks_can_be_kept_by_a_cache_as_one_without(target):
    plain, _page = visit(show())
    StandardPage.objects.all().delete()

    with_blocks, page = visit(show(button(target), form(target)))

    assert not with_blocks.cookies
    assert page.find("input", {"name": "csrfmiddlewaretoken"}) is None
    for header in ("Vary", "Cache-Control", "Set-Cookie"):
        assert with_blocks.headers.get(header) == plain.headers.get(header)


def test_the_small_form_puts_a_payment_into_the_basket_by_the_checks_of_its_page(target):
    _response, page = visit(show(form(target)))
    small = page.main.find("form")
    assert [field["name"] for field in small.find_all("input")] == ["reference", "amount"]
    client = Client(enforce_csrf_checks=True)
    typed = {"reference": "301122331", "amount": "12.50"}

    response = client.post(small["action"], typed, **HERE)

    assert response.status_code == 303
    assert response["Location"].startswith("/pay/basket/")
    line = BasketLine.objects.get()
    assert (line.amount, line.page_id) == (Decimal("12.50"), target.pk)


def test_a_page_that_not_everybody_may_see_is_led_to_and_asks_itself(target):
    PageViewRestriction.objects.create(page=target, restriction_type="login")

    _response, page = visit(show(form(target)))

    assert page.main.find("form") is None
    assert page.main.find("a", href=target.url)


def test_a_block_says_that_no_account_takes_it_now_before_anything_is_typed(target):
    MerchantAccount.objects.update(unavailable_since=timezone.now())

    _response, page = visit(show(button(target), form(target)))

    assert page.main.find("form") is None
    assert page.main.find("a", href=target.url) is None
    assert "This can’t be paid online at the moment." in page.main.get_text(" ")


def test_what_is_wrong_is_told_on_the_payment_page_where_it_can_be_put_right(target):
    client = Client()
    url = f"/pay/fill-in/{target.pk}/"

    wrong = client.post(url, {"reference": "301122332", "amount": "12.50"}, **HERE)

    page = BeautifulSoup(wrong.content.decode(), "html.parser")
    assert page.h1.get_text(strip=True) == target.title
    assert page.select(".govuk-error-summary")
    assert page.find("input", {"name": "amount"})["value"] == "12.50"
    assert "no-store" in wrong["Cache-Control"]


@pytest.mark.parametrize(
    "sent_from",
    [
        {},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"},
    ],
)
def test_what_another_site_sends_is_thrown_away(target, sent_from):
    client = Client()

    response = client.post(
        f"/pay/fill-in/{target.pk}/", {"reference": "301122331", "amount": "1"}, **sent_from
    )

    assert (response.status_code, response["Location"]) == (303, target.url)
    assert not BasketLine.objects.exists()
    assert not response.cookies


def test_where_the_page_asks_more_a_button_stands_in_place_of_the_form(target):
    target.questions = [question("short_text", label="Whose account is it?")]
    target.save()

    _response, page = visit(show(form(target)))

    assert not page.main.find("form")
    assert page.main.find("a", {"class": "govuk-button"})["href"] == target.url


@pytest.mark.parametrize("what", ["unpublished", "deleted", "paused", "closed", "type closed"])
def test_blocks_say_so_plainly_when_their_target_can_not_be_paid_on(target, what):
    shown = show(button(target), form(target))
    match what:
        case "unpublished":
            target.unpublish()
        case "deleted":
            target.delete()
        case "paused":
            PaymentPage.objects.update(paused=True)
        case "closed":
            PaymentPage.objects.update(closes_at=timezone.now() - timedelta(days=1))
        case "type closed":
            target.payment_type.enabled = False
            target.payment_type.save()

    _response, page = visit(shown)

    words = {
        "paused": "Payments are paused at the moment.",
        "closed": "You could pay here until",
    }.get(what, "This can’t be paid online at the moment.")
    assert page.main.get_text().count(words) == 2
    assert not page.main.find("form")
    assert not page.main.select("a.govuk-button")


def test_a_table_of_prices_says_todays_and_what_they_change_to(target):
    bin_price, none = make_price("45.00", code="BIN1"), make_price(None, code="LATER")
    starts = timezone.localdate() + timedelta(days=30)
    make_price_change(bin_price, "48.50", starts=starts)
    make_price_change(none, "9.00", starts=starts)
    rows = [{"label": "First bin", "price": bin_price}, {"label": "Bag", "price": none}]

    _response, page = visit(
        show(
            {
                "type": "price_table",
                "value": {"caption": "Garden waste", "rows": rows, "page": target},
            }
        )
    )

    day = f"{starts.day} {starts:%B %Y}"
    cells = [[c.get_text(strip=True) for c in row(["th", "td"])] for row in page.tbody("tr")]
    assert cells == [
        ["First bin", "£45.00", f"£48.50 from {day}"],
        ["Bag", "–", f"£9.00 from {day}"],
    ]
    assert page.main.select("a.govuk-button")


def test_an_unapproved_change_of_price_is_not_told(target):
    price = make_price("45.00", code="BIN1")
    from tests.staff.people import make_person

    make_price_change(
        price, "99.00", starts=timezone.localdate() + timedelta(days=3), entered_by=make_person()
    )

    _response, page = visit(
        show(
            {
                "type": "price_table",
                "value": {
                    "caption": "Garden waste",
                    "rows": [{"label": "First bin", "price": price}],
                    "page": None,
                },
            }
        )
    )

    assert "99.00" not in page.main.get_text()


def test_a_fixed_amount_is_shown_in_the_small_form(target, council):  # noqa: F811
    kind = council.council_tax
    kind.amount_source, kind.price = AmountSource.FIXED, make_price("45.00", code="FEE")
    kind.save()

    _response, page = visit(show(form(target)))

    assert "Amount to pay: £45.00" in " ".join(page.main.get_text(" ").split())


def test_only_a_page_on_which_people_pay_can_be_chosen(target):
    block = PayablePageChooserBlock()

    assert block.clean(target).pk == target.pk
    with pytest.raises(ValidationError):
        block.clean(target.get_parent())
