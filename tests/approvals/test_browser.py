"""Deciding in a real browser: without JavaScript, on a narrow screen, and before axe."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import expect

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.models import ApprovalLimit
from tests.factories import make_fund
from tests.journeys.test_staff_accessibility import is_wagtails
from tests.staff.people import logged_in, make_group

from .asking import ASK, make_approver, make_asker, make_request


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUEUE = "/admin/income/approvals/"
LIMITS = "/admin/income/approval-limits/"


@pytest.fixture
def request_(trial):
    return make_request(make_asker(fund := make_fund("AA")), fund, title="Refund of F12X")


def enter(page, person, site: str) -> None:
    session = logged_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
    )


def test_deciding_without_javascript(new_page, live_site, request_):
    page = new_page(java_script_enabled=False)
    enter(page, make_approver(None), live_site)

    page.goto(live_site + QUEUE)
    page.get_by_role("link", name="Refund of F12X").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Say why you reject this.")).to_be_visible()
    page.get_by_label("Note").fill("Not theirs")
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_text("Refund of F12X: Rejected.")).to_be_visible()
    request_.refresh_from_db()
    assert (request_.state, request_.note) == (ApprovalState.REJECTED, "Not theirs")
    page.goto(live_site + QUEUE)
    page.get_by_role("link", name="Decided", exact=True).click()
    expect(page.get_by_role("link", name="Refund of F12X")).to_be_visible()


def test_axe_finds_nothing_on_the_way(new_page, live_site, axe, request_):
    approver, asker = make_approver(None), request_.requested_by
    manager = User.objects.create_superuser("manager")
    limit = ApprovalLimit.objects.create(kind="trial", group=make_group(ASK))
    path = f"{QUEUE}inspect/{request_.pk}/"
    failures = []
    for person, address in (
        (approver, QUEUE),
        (approver, f"{QUEUE}?show=asked"),
        (approver, path),
        (asker, path),
        (approver, "/admin/"),
        (manager, LIMITS),
        (manager, f"{LIMITS}new/"),
        (manager, f"{LIMITS}edit/{limit.pk}/"),
        (manager, f"{LIMITS}delete/{limit.pk}/"),
        (manager, "/admin/income/access-review/"),
    ):
        page = new_page(reduced_motion="reduce")
        enter(page, person, live_site)
        page.goto(live_site + address)
        failures += [failure for failure in axe(page) if not is_wagtails(failure)]

    enter(page, approver, live_site)
    page.goto(live_site + path)
    page.get_by_role("button", name="Reject").click()
    page.get_by_text("Say why you reject this.").wait_for()
    failures += [failure for failure in axe(page) if not is_wagtails(failure)]
    assert not failures, "\n".join(failures)


def test_a_narrow_screen_scrolls_nothing_but_the_table(new_page, live_site, request_):
    page = new_page(viewport={"width": 320, "height": 640})
    enter(page, make_approver(None), live_site)
    for address in (QUEUE, f"{QUEUE}inspect/{request_.pk}/"):
        page.goto(live_site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
