"""Somebody deletes a row while another person edits it: who edits is told, and loses no words."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import Fund, Office
from tests.factories import make_fund, make_office, make_stop_message

from .people import ALL_FUNDS, every_income_permission, logged_in, make_person


pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    """The person who deletes."""
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,), name="olive"))


@pytest.fixture
def editor():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,)))


def typed_in(page: BeautifulSoup) -> dict[str, str]:
    """What the page says was typed, by label."""
    labels = [label.get_text(strip=True) for label in page.select("dl.ims-facts dt")]
    values = [value.get_text(strip=True) for value in page.select("dl.ims-facts dd")]
    return dict(zip(labels, values, strict=True))


def read(response) -> BeautifulSoup:
    assert response.status_code == 410
    return BeautifulSoup(response.content, "html.parser")


def stop_url(stop) -> str:
    return f"/admin/income/stop-messages/edit/{stop.pk}/"


def stop_values(stop, **typed) -> dict:
    return {
        "fund": stop.fund_id,
        "code": stop.code,
        "staff_effect": "block",
        "staff_text": "A long text <b>that took an hour",
        "public_effect": "none",
        "public_text": "",
        **typed,
    }


def test_who_and_when_is_told_and_what_was_typed_is_kept(council, editor, other):
    stop = make_stop_message(fund=council.alpha.fund, code="ZZ")
    other.post(f"/admin/income/stop-messages/delete/{stop.pk}/")

    page = read(editor.post(stop_url(stop), stop_values(stop)))

    assert page.h1.get_text(strip=True) == "This stop message has been deleted"
    assert "olive deleted this stop message" in page.get_text()
    kept = typed_in(page)
    assert "A long text <b>that took an hour" in kept.values()
    assert str(council.alpha.fund) in kept.values()
    assert not StopMessage.objects.filter(code="ZZ").exists()


def test_rows_of_dates_within_the_form_are_kept_too(editor, other):
    fund = make_fund("77")
    other.post(f"/admin/income/funds/delete/{fund.pk}/")
    assert not Fund.objects.filter(pk=fund.pk).exists()

    page = read(
        editor.post(
            f"/admin/income/funds/edit/{fund.pk}/",
            {
                "code": "77",
                "name": "Renamed",
                "ledger_codes-TOTAL_FORMS": "1",
                "ledger_codes-INITIAL_FORMS": "0",
                "ledger_codes-0-starts": "2030-04-01",
                "ledger_codes-0-code": "X9/1",
            },
        )
    )

    kept = typed_in(page)
    assert kept["Name"] == "Renamed"
    assert kept["Starts"] == "2030-04-01"
    assert "X9/1" in page.get_text()


def test_a_code_table_tells_it_too(editor, other):
    office = make_office("ZZ")
    other.post(f"/admin/income/offices/delete/{office.pk}/")

    page = read(
        editor.post(
            f"/admin/income/offices/edit/{office.pk}/", {"code": "ZZ", "name": "Front desk"}
        )
    )

    assert typed_in(page)["Name"] == "Front desk"
    assert not Office.objects.exists()


def test_a_person_of_another_fund_learns_nothing(council, other):
    stop = make_stop_message(fund=council.bravo.fund, code="ZZ")
    other.post(f"/admin/income/stop-messages/delete/{stop.pk}/")
    stranger = logged_in(make_person(*every_income_permission(), funds=(council.alpha.fund,)))

    assert stranger.post(stop_url(stop), stop_values(stop)).status_code == 404


def test_a_person_who_may_not_change_learns_nothing(council, other):
    office = make_office("ZZ")
    other.post(f"/admin/income/offices/delete/{office.pk}/")
    viewer = logged_in(make_person("ims_funds.view_office", funds=(ALL_FUNDS,)))

    response = viewer.post(f"/admin/income/offices/edit/{office.pk}/", {"name": "X"})

    assert response.status_code == 404


@pytest.mark.parametrize("pk", ["999999999", "0"])
def test_what_never_was_is_still_not_found(editor, pk):
    for kind in ("stop-messages", "offices"):
        assert editor.post(f"/admin/income/{kind}/edit/{pk}/", {"name": "X"}).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_can_be_read_by_everybody(new_page, live_site, axe, other, editor):
    office = make_office("ZZ")
    page = new_page(reduced_motion="reduce", viewport={"width": 320, "height": 640})
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": editor.cookies[name].value, "url": live_site}]
    )
    page.goto(f"{live_site}/admin/income/offices/edit/{office.pk}/")
    page.get_by_role("textbox", name="Name").fill("Front desk")
    other.post(f"/admin/income/offices/delete/{office.pk}/")

    with page.expect_navigation():
        page.get_by_role("button", name="Save").last.click()

    assert page.get_by_text("Front desk").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not axe(page)
