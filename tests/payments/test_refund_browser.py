"""Refunding in a browser: with and without JavaScript, on a narrow screen, and for axe."""

import pytest
from django.conf import settings

from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.models import Refund
from tests.payments.refunding import ask_for, make_paid, posting_of
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person


pytestmark = pytest.mark.browser


def signed_in(page, person, live_site):
    session = logged_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_site}]
    )
    return page


@pytest.fixture
def officer(council):
    return make_person(*every_income_permission(), funds=(ALL_FUNDS,))


def test_an_officer_asks_for_a_refund_with_no_script_on_a_narrow_screen(
    new_page, live_site, council, officer
):
    attempt = make_paid(council)
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 700})
    signed_in(page, officer, live_site)
    page.goto(f"{live_site}/admin/income/postings/inspect/{posting_of(attempt).pk}/")
    # By keyboard: without script Wagtail's own menu lies over the page on a narrow screen.
    page.get_by_role("link", name="Refund", exact=True).press("Enter")
    page.get_by_label("301122331").fill("12.00")
    page.get_by_label("GW17").fill("")
    assert page.get_by_label("To the card").is_checked()
    page.get_by_label("Reason").fill("Paid twice")
    page.get_by_role("button", name="Ask for the refund").press("Enter")
    page.wait_for_url("**/inspect/*/")
    refund = Refund.objects.get()
    assert str(refund.amount) == "12.00"
    assert page.url.endswith(f"/admin/income/refunds/inspect/{refund.pk}/")
    page.get_by_text("Waiting for approval").first.wait_for()


def test_axe_finds_nothing_on_the_form_with_mistakes_and_on_the_page_of_a_refund(
    new_page, live_site, council, officer, axe
):
    closed, open_ = make_paid(council, card="No refunds"), make_paid(council)
    page = signed_in(new_page(reduced_motion="reduce"), officer, live_site)
    for attempt in (closed, open_):
        page.goto(f"{live_site}/admin/income/refunds/request/{posting_of(attempt).pk}/")
        page.get_by_label("301122331").fill("one")
        page.get_by_role("button", name="Ask for the refund").click()
        page.get_by_text("pounds and pence in figures").first.wait_for()
        assert axe(page) == []
    refund = ask_for(open_, by=officer)
    page.goto(f"{live_site}/admin/income/refunds/inspect/{refund.pk}/")
    assert axe(page) == []


def test_axe_finds_nothing_on_the_screens_of_many_refunds(
    new_page, live_site, council, officer, axe
):
    make_paid(council)
    page = signed_in(new_page(reduced_motion="reduce"), officer, live_site)
    page.goto(f"{live_site}/admin/income/refund-batches/start/")
    page.get_by_label("What was paid for").select_option(f"type:{council.garden_waste.pk}")
    today = accounting_date().isoformat()
    page.get_by_label("Paid from").fill(today)
    page.get_by_label("Paid to").fill(today)
    page.get_by_label("Reason").fill("No collection")
    page.get_by_role("button", name="Show what would be refunded").click()
    page.get_by_role("button", name="Ask to refund £45.50").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Ask to refund £45.50").click()
    page.wait_for_url("**/refund-batches/inspect/*/")
    page.reload()  # without the message of success, which fades in
    assert axe(page) == []
    page.goto(f"{live_site}/admin/income/refund-files/make/")
    assert axe(page) == []
