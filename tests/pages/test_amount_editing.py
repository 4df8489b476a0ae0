"""An editor lays out what finance allows, and can't publish an amount that is wrong."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import streamfield

from example_site.models import StandardPage
from ims_wagtail.funds.models import Price
from ims_wagtail.pages import amount_probes
from ims_wagtail.pages.checks import Version, stops_for
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.pages.signed_off import needs_sign_off
from tests.factories import make_merchant_account, make_payment_type, make_price
from tests.pages import amounts
from tests.pages.making import make_editor, make_page, signed_in, words
from tests.pages.test_editing import added
from tests.pages.test_queries import MORE
from tests.pages.test_queries import _count as count_queries


pytestmark = pytest.mark.django_db
ASKED = [amounts.CONCESSION, amounts.HOW_MANY]


@pytest.fixture
def garden(home):
    make_merchant_account()
    return amounts.make_garden_waste()


def stops(page):
    """What keeps a page from being published because of its amount."""
    return [stop.message for stop in stops_for(Version(page)) if stop.field == "amount"]


def rules_page(home, garden, **values):
    return make_page(
        home, payment_type=garden, **{"questions": ASKED, "amount": amounts.rules()} | values
    )


def test_a_price_list_and_rules_whose_examples_hold_are_fine(home, garden):
    assert stops(make_page(home, payment_type=garden, amount=amounts.bins())) == []
    assert stops(rules_page(home, garden, slug="rules")) == []


def test_an_example_that_does_not_come_out_right_is_named(home, garden):
    page = rules_page(home, garden, amount=amounts.rules("65.00"))

    assert stops(page) == ["The example “2 bins, concession: £65.00” comes to £67.50 by the rules"]


def test_renamed_questions_and_answers_nobody_can_give_are_found_out(home, garden):
    page = rules_page(home, garden, amount=amounts.rules(answer="Aye"))
    assert "can’t be answered with “Aye”" in stops(page)[0]
    page = rules_page(home, garden, slug="renamed", questions=[amounts.CONCESSION])
    assert stops(page)[0] == "No number question says “how many bins?”"


def test_rules_without_one_for_everybody_else_are_stopped(home, garden):
    amount = amounts.rules()
    del amount[0]["value"]["rules"][1]

    page = rules_page(home, garden, amount=amount)

    assert stops(page) == ["The last rule doesn’t hold for everybody else, who could not pay"]


def test_a_price_of_another_payment_type_is_stopped(home, garden):
    page = make_page(home, payment_type=garden, amount=amounts.bins())
    garden.prices.remove(amounts.price("FURTHER"))

    assert stops(page) == [
        "“Price further” is not a price of this payment type, or has no amount today"
    ]


def test_the_payment_type_decides_how_an_amount_may_be_laid_out(home, garden):
    tax = make_payment_type(maximum_amount="50.00")
    no_way = "can’t be laid out like this"

    assert (
        "Nothing says what “Garden waste” costs" in stops(make_page(home, payment_type=garden))[0]
    )
    bins = make_page(home, slug="b", payment_type=tax, amount=amounts.bins())
    assert no_way in stops(bins)[0]
    donation = make_page(home, slug="c", payment_type=garden, amount=amounts.suggestions("5.00"))
    assert no_way in stops(donation)[0]
    too_much = make_page(home, slug="d", payment_type=tax, amount=amounts.suggestions("60.00"))
    assert stops(too_much) == ["£60.00 can’t be suggested: Amount must be £50.00 or less"]


def test_a_changed_amount_goes_back_to_finance(home, garden):
    page = make_page(
        home, payment_type=garden, amount=amounts.bins(), first_published_at=timezone.now()
    )
    assert not needs_sign_off(PaymentPage.objects.get())

    page.amount = amounts.price_list(amounts.line("Garden bins", "LOW-FIRST"))
    assert needs_sign_off(page)


def test_an_editor_fills_a_price_list_in_and_reads_the_rules_in_words(home, garden):
    editor = make_editor(fund=garden.fund, on=home)
    item = {
        "label": "Garden bins",
        "hint": "",
        "price": str(amounts.price("FIRST")),
        "further": str(amounts.price("FURTHER")),
        "most": "4",
    }
    value = {
        "only_one": "",
        "lines": streamfield([("item", item), ("item", {**item, "further": ""})]),
    }

    added(
        signed_in(editor), home, payment_type=garden.pk, amount=streamfield([("price_list", value)])
    )

    assert stops(PaymentPage.objects.get()) == []
    page = rules_page(home, garden, slug="rules")
    shown = words(signed_in(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert (
        "If “Do you get a concession?” is “Yes”: £36.00 for the first, £31.50 for each further one"
        in shown
    )
    assert "2 bins, concession: £67.50 – right" in shown


def prices_offered(client, page):
    """What the lists of prices in a page's form say, as the browser is told it."""
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    form = BeautifulSoup(shown.content, "html.parser").select_one("#amount")
    lists = re.findall(r"<optgroup.*?/optgroup>", form["data-w-block-data-value"])
    return BeautifulSoup(json.loads(f'"{lists[0]}"'), "html.parser")


def test_an_editor_is_offered_what_finance_has_entered_since_the_form_was_first_opened(
    home, garden
):
    page = make_page(home, payment_type=garden, amount=amounts.bins())
    client = signed_in(make_editor(fund=garden.fund, on=home))
    before = [option.text for option in prices_offered(client, page).find_all("option")]

    garden.prices.add(make_price("12.50", code="CADDY"), make_price("1.00", code="PEN"))
    Price.objects.filter(code="PEN").update(enabled=False)

    offered = prices_offered(client, page)
    assert offered.optgroup["label"] == "Garden waste"
    assert sorted(option.text for option in offered.find_all("option")) == sorted(
        [*before, "Price caddy (CADDY): £12.50"]
    )


def test_health_tells_of_a_live_page_whose_prices_are_gone(home, garden):
    page = make_page(home, payment_type=garden, amount=amounts.bins())
    assert not list(amount_probes.amounts("default"))

    garden.prices.clear()

    [finding] = amount_probes.amounts("default")
    assert (finding.code, finding.about) == ("ims_pages.E003", page)


def test_a_page_with_rules_costs_ten_queries_more_than_a_plain_one_at_most(client, home, garden):
    rules_page(home, garden)
    home.add_child(instance=StandardPage(title="Contact us", slug="contact", body="<p>Call.</p>"))

    plain = count_queries(client, "/contact/")

    assert count_queries(client, "/council-tax/") <= plain + MORE


def test_every_step_can_be_looked_at_whatever_makes_the_amount_up(home, garden):
    tax = make_payment_type(amount_source="balance", challenge="postcode", part_payment=True)
    pages = {
        "£46.00": make_page(home, slug="a", payment_type=garden, amount=amounts.bins()),
        "£36.00": rules_page(home, garden, slug="b"),
        "£45.50": make_page(home, slug="c", payment_type=tax),
    }

    for amount, page in pages.items():
        shown = {
            mode: page.make_preview_request(preview_mode=mode)
            for mode in ("", "errors", "basket", "check", "paid", "receipt", "email")
        }
        assert all(step.status_code == 200 for step in shown.values())
        for mode in ("basket", "check", "receipt"):
            assert amount in shown[mode].content.decode(), (amount, mode)
