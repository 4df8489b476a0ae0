"""What a resident sees when a price changes, or is missing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ims_wagtail.accounts.checks import PaymentRefused, check_payment
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.clock import accounting_date
from tests.factories import make_price_change


pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in London


@pytest.fixture
def at(monkeypatch):
    """Set the clock that the package reads."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_form_shows_the_new_price_from_midnight_in_london(resident, council, at):
    make_price_change(council.bin.price, "47.00", starts=date(2027, 4, 1))

    at(BEFORE_MIDNIGHT)
    assert "£45.00" in resident.visit("/pay/garden-bin/").text
    at(BEFORE_MIDNIGHT + timedelta(seconds=1))
    page = resident.visit("/pay/garden-bin/")
    assert "£47.00" in page.text
    assert "£45.00" not in page.text


def test_a_price_that_changes_in_the_basket_is_told_and_nothing_is_taken(resident, council):
    resident.add("garden-bin")
    resident.fill_in(
        resident.visit("/pay/details/"),
        name="Ada Brook",
        address_line_1="1 High Street",
        town="Anyborough",
        postcode="AN1 1AB",
        email="ada@example.com",
    )
    make_price_change(council.bin.price, "47.00", starts=accounting_date())

    page = resident.fill_in(resident.visit("/pay/check/"))

    assert page.path.startswith("/pay/basket/")
    assert "The price is £47.00" in page.text


def test_what_has_no_price_today_is_closed(resident, council):
    council.bin.price.enabled = False
    council.bin.price.save()

    page = resident.visit("/pay/garden-bin/")

    assert page.status == 410
    assert "can’t be paid here at the moment" in page.text


def test_no_price_refuses_a_line_and_tells_staff_which(council, caplog):
    council.bin.price.enabled = False

    def told(audience):
        with pytest.raises(PaymentRefused) as refused:
            check_payment(
                payment_type=council.bin,
                reference="",
                amount=Decimal("45.00"),
                audience=audience,
            )
        [problem] = refused.value.problems
        assert (problem.field, problem.code) == ("payment_type", "no_price")
        return problem.message

    assert told(Audience.PUBLIC) == "You can't pay for Garden bin at the moment"
    assert "BIN" in told(Audience.STAFF)
    assert "BIN" in caplog.text
