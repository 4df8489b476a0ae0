"""The dashboard and reports on a laptop, on a phone and without JavaScript."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind
from tests.staff.people import ALL_FUNDS, make_person

from .book import make_book, write_spring
from .test_screens import SEE, SPRING, TAKE


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(transactional_db, new_page, live_site):
    """Return a function that opens a screen for an officer, on a day on which money came in."""
    book = make_book()
    write_spring(book)
    for number, (fund, method) in enumerate(
        [(book.tax, MethodKind.CARD_ONLINE), (book.waste, MethodKind.CASH)], 1
    ):
        for weeks in (0, 1, 52):
            when = timezone.now() - timedelta(weeks=weeks)
            amount = str(50 * number + weeks)
            book.post(PostingKind.PAYMENT, when, book.line(fund, amount, method))
    permissions = (SEE, TAKE, "ims_ledger.view_transaction", "ims_payments.view_order")
    client = Client()
    client.force_login(make_person(*permissions, funds=(ALL_FUNDS,)))
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_site,
    }

    def open_it(path, **options):
        page = new_page(reduced_motion="reduce", **options)
        page.context.add_cookies([cookie])
        page.goto(live_site + path)
        return page

    return open_it


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_report_is_asked_for_saved_and_read_again(open_page, axe):
    laptop = open_page("/admin/income/")
    assert laptop.get_by_role("img", name="Takings by day").is_visible()
    assert not axe(laptop)
    page = open_page("/admin/income/reports/by-fund/", java_script_enabled=False)
    page.get_by_label("Period").select_option("Between two days")
    page.get_by_label("From").fill("2025-03-01")
    page.get_by_label("To", exact=True).fill("2025-04-30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Reconciles to the book: Total £108.00 here")).to_be_visible()
    page.get_by_label("Name").fill("Spring")
    page.get_by_label("Sent by e-mail").select_option("Every Monday")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Spring").click()
    expect(page.get_by_text("Reconciles to the book: Total £108.00 here")).to_be_visible()

    for path in ("", "reports/", f"reports/by-fund/?{SPRING}", f"reports/unallocated/?{SPRING}"):
        phone = open_page(f"/admin/income/{path}", viewport={"width": 320, "height": 640})
        assert fits(phone), path
        assert not axe(phone), path
