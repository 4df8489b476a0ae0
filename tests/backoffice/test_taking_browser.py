"""An agent at a real browser takes a call: with and without JavaScript, and on a narrow screen."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Order
from tests.checkout.conftest import council  # noqa: F401
from tests.journeys.cards import SUCCESS
from tests.journeys.test_staff_accessibility import is_wagtails
from tests.payments.making import use_card

from .test_taking import Caller, make_agent, send, staffed  # noqa: F401


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAKE = "/admin/income/take-a-payment/"


@pytest.fixture
def agent(live_site, staffed) -> Caller:  # noqa: F811
    return make_agent(staffed)


def enter(page, agent: Caller, site: str):
    session = agent.client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
    )
    page.goto(site + TAKE)
    return page


def gather(page, look=lambda: None) -> None:
    """Council tax for Ada; ``look`` is called on every page on the way."""
    look()
    page.get_by_label("Payment type").select_option("council-tax")
    page.get_by_role("button", name="Enter the payment").click()
    page.get_by_role("button", name="Add the payment").click()
    look()
    page.get_by_label("Account number").fill("301122331")
    page.get_by_label("Amount").fill("120.50")
    page.get_by_role("button", name="Add the payment").click()
    page.get_by_role("link", name="Say who pays").click()
    look()
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Take the card by telephone").wait_for()
    look()


def pay(page) -> None:
    """Type the caller's card on the provider's own page."""
    page.get_by_label("Card number").fill(SUCCESS)
    page.locator("button[value=pay]").click()


def test_the_whole_journey_of_a_payment_by_telephone(new_page, live_site, agent, axe):
    failures = []
    page = enter(new_page(reduced_motion="reduce"), agent, live_site)
    gather(page, lambda: failures.extend(f for f in axe(page) if not is_wagtails(f)))

    page.get_by_role("button", name="Take the card by telephone").click()
    assert "/admin/" not in page.url, "the card is typed on the provider's page"
    pay(page)

    expect(page.locator("[data-ims-live] [role=status]")).to_have_text("Paid")
    assert TAKE not in page.url
    failures += [failure for failure in axe(page) if not is_wagtails(failure)]
    order = Order.objects.get()
    assert (order.channel, order.state) == (Channel.TELEPHONE, OrderState.PAID)
    assert Transaction.objects.get().amount == order.total
    page.get_by_role("link", name="Receipt, to print").click()
    expect(page.get_by_text(order.reference).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Take another payment").click()
    page.get_by_text("Nothing yet.").wait_for()
    page.goto(live_site + "/admin/income/staff-payments/")
    assert page.get_by_role("link", name=order.reference).is_visible()
    failures += [failure for failure in axe(page) if not is_wagtails(failure)]
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize(
    "browser_settings",
    # Wagtail's own sidebar covers a narrow screen where there are no scripts.
    [{"java_script_enabled": False}, {"viewport": {"width": 320, "height": 640}}],
    ids=["without JavaScript", "on a narrow screen"],
)
def test_the_same_under_worse_conditions(browser_settings, new_page, live_site, agent):
    page = new_page(**browser_settings)
    wide = []

    def look() -> None:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(page.url)

    gather(enter(page, agent, live_site), look)
    page.get_by_role("button", name="Take the card by telephone").click()
    pay(page)

    expect(page.locator("[data-ims-live] [role=status]")).to_have_text("Paid")
    look()
    assert wide == []


def test_by_the_keyboard_alone(new_page, live_site, agent):
    page = enter(new_page(), agent, live_site)

    def reach(control) -> None:
        for _stop in range(80):
            page.keyboard.press("Tab")
            if control.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"never reached {control}")

    reach(page.get_by_label("Payment type"))
    page.keyboard.type("Council")
    reach(page.get_by_role("button", name="Enter the payment"))
    page.keyboard.press("Enter")
    page.get_by_label("Account number").wait_for()
    reach(page.get_by_label("Account number"))
    page.keyboard.type("301122331")
    reach(page.get_by_label("Amount"))
    page.keyboard.type("120.50")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Say who pays").wait_for()
    reach(page.get_by_role("link", name="Say who pays"))


def test_the_page_of_a_link_tells_by_itself_that_it_was_paid(new_page, live_site, agent, client):
    order = send(agent)
    page = enter(new_page(), agent, live_site)
    page.goto(live_site + agent.order_url(order))
    state = page.locator("[data-ims-live] [role=status]")
    assert re.search("Link (sent|waiting to be sent)", state.inner_text())

    client.post(f"/pay/order/{order.token}/", {"action": "continue"})
    expect(state).to_have_text("Payment begun", timeout=20_000)
    use_card(order.attempts.get())
    page.get_by_role("link", name="Receipt, to print").wait_for(timeout=20_000)

    expect(state).to_have_text("Paid")
    expect(page.get_by_role("button", name="Cancel the link")).to_have_count(0)


def test_the_pages_a_payer_meets_by_a_link(new_page, live_site, agent, axe):
    order = send(agent)
    page = new_page(viewport={"width": 320, "height": 640})
    failures = []

    page.goto(f"{live_site}/pay/order/{order.token}/")
    failures += axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    agent.post(agent.order_url(order), action="cancel_link")
    page.reload()
    failures += axe(page)

    assert page.get_by_role("heading", level=1).inner_text().startswith("This payment link can")
    assert not failures, "\n".join(failures)
