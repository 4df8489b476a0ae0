"""Finance enters next year's prices, somebody else approves them, and everybody sees who did."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.backoffice.prices.entering import _next_april
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import Price, PriceChange
from tests.factories import make_fund, make_payment_type, make_price, make_price_change
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("days_go_on")]

PRICES = "/admin/income/prices/"
WAITING = f"{PRICES}waiting/"
TODAY = accounting_date()
TOMORROW = TODAY + timedelta(days=1)
SEE, ENTER, APPROVE = (
    "ims_funds.view_price",
    "ims_funds.add_pricechange",
    "ims_funds.approve_pricechange",
)


@pytest.fixture
def officer():
    return logged_in(make_person(SEE, ENTER, "ims_funds.add_price", name="olive"))


@pytest.fixture
def approver():
    return logged_in(make_person(SEE, APPROVE, name="andrew"))


def decide(client, decision: str, *changes: PriceChange, **values):
    ids = ",".join(str(change.pk) for change in changes)
    return client.post(WAITING, {"changes": ids, "decision": decision} | values, follow=True)


def test_a_price_goes_from_one_person_to_another_and_into_force(officer, approver):
    price = make_price("45.00")
    page = officer.post(
        f"{PRICES}new-price/{price.pk}/", {"amount": "£46", "starts": TODAY}, follow=True
    )
    [new, _old] = table(page)
    assert (new["Amount"], new["State"]) == ("£46.00", "Waiting for approval")
    assert new["Entered"].startswith("olive, ")

    [waiting] = table(approver.get(WAITING))
    assert (waiting["Today"], waiting["Will be"]) == ("£45.00", "£46.00")
    decide(approver, "approve", PriceChange.objects.get(approved_at=None))

    [new, old] = table(officer.get(f"{PRICES}inspect/{price.pk}/"))
    assert (new["State"], old["State"]) == ("In force", "Gone by")
    assert new["Approved"].startswith("andrew, ")
    assert old["Entered"] == "Carried over from before"
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["enter", "approve"]


def test_the_list_shows_today_and_what_comes_next(officer):
    price = make_price("45.00", name="Garden waste")
    make_price_change(price, "47.00", starts=TOMORROW + timedelta(days=365))
    make_price_change(price, "46.00", starts=TOMORROW)
    make_price_change(
        price,
        "48.00",
        starts=TOMORROW + timedelta(days=1),
        entered_by=User.objects.get(username="olive"),
    )
    make_price(None, code="NONE")

    first, none = table(officer.get(PRICES))

    assert (first["Today"], first["Waiting for approval"]) == ("£45.00", "1")
    assert first["Next"].startswith("£46.00 from ")
    assert (none["Today"], none["Next"]) == ("", "")


def test_nobody_is_offered_or_granted_the_approval_of_their_own(approver):
    both = logged_in(make_person(SEE, ENTER, APPROVE, name="bella"))
    change = make_price_change(
        make_price(), starts=TOMORROW, entered_by=User.objects.get(username="bella")
    )

    [row] = table(both.get(WAITING))
    assert row["Decide"].split()[0] == "Withdraw"
    page = decide(both, "approve", change)

    assert "somebody else has to approve it" in page.content.decode()
    assert not PriceChange.objects.filter(pk=change.pk, approved_at__isnull=False).exists()


def test_an_officer_can_neither_approve_nor_withdraw_what_a_colleague_entered(officer):
    change = make_price_change(
        make_price(), starts=TOMORROW, entered_by=User.objects.create_user("colleague")
    )

    for decision in ("approve", "withdraw"):
        decide(officer, decision, change)

    change.refresh_from_db()
    assert not change.is_approved


def test_who_entered_it_may_withdraw_it_until_it_is_approved(officer, approver):
    olive = User.objects.get(username="olive")
    price = make_price()
    first = make_price_change(price, starts=TOMORROW, entered_by=olive)
    second = make_price_change(price, starts=TOMORROW + timedelta(days=1), entered_by=olive)
    decide(approver, "approve", second)

    decide(officer, "withdraw", first, next=f"{PRICES}inspect/{price.pk}/")
    decide(officer, "withdraw", second)

    assert list(price.changes.filter(starts__gt=TODAY)) == [second]
    decide(approver, "withdraw", second)
    assert not price.changes.filter(starts__gt=TODAY).exists()
    assert AuditEntry.objects.filter(action="withdraw").count() == 2


def test_a_decision_about_something_withdrawn_meanwhile_changes_nothing(approver, officer):
    change = make_price_change(
        make_price(), starts=TOMORROW, entered_by=User.objects.get(username="olive")
    )
    decide(officer, "withdraw", change)

    page = decide(approver, "approve", change)

    assert "Somebody else has dealt with some of these prices" in page.content.decode()


@pytest.mark.parametrize("changes", ["", "1,x", "1;2"])
def test_nonsense_is_refused(approver, changes):
    response = approver.post(WAITING, {"changes": changes, "decision": "approve"})

    assert response.status_code == 400


def test_a_decision_leads_nowhere_else(approver):
    response = approver.post(
        WAITING, {"changes": "1", "decision": "approve", "next": "https://evil.example/"}
    )

    assert response.url == WAITING


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"amount": "46.5", "starts": TOMORROW}, "pounds and pence"),
        ({"amount": "46.50", "starts": ""}, "required"),
        ({"amount": "46.50", "starts": date(2020, 4, 1)}, "today or later"),
        ({"amount": "5000.01", "starts": TOMORROW}, "no more than £5,000.00"),
    ],
)
def test_what_cannot_be_is_told_and_the_typing_kept(officer, typed, told):
    price = make_price()
    make_payment_type(fund=make_fund(), amount_source=AmountSource.FIXED, price=price)

    page = officer.post(f"{PRICES}new-price/{price.pk}/", typed)

    assert told in page.content.decode()
    assert f'value="{typed["amount"]}"' in page.content.decode()
    assert price.changes.count() == 1


def test_a_price_with_a_history_is_not_deleted():
    manager = logged_in(make_person(SEE, "ims_funds.delete_price"))
    kept, unused = make_price(), make_price(None, code="UNUSED")

    for price in (kept, unused):
        manager.post(f"{PRICES}delete/{price.pk}/")

    assert list(Price.objects.all()) == [kept]


@pytest.mark.parametrize("code", ["bin", "BIN 1", "-BIN", "BÎN", "X" * 51])
def test_a_code_that_spreadsheets_could_not_name_is_refused(officer, code):
    page = officer.post(f"{PRICES}new/", {"code": code, "name": "Bin", "enabled": "on"})

    assert page.status_code == 200
    assert "code" in page.context_data["form"].errors


def test_the_history_names_the_payment_types_of_the_readers_funds_only():
    price, fund = make_price(), make_fund()
    make_payment_type("mine", fund=fund, amount_source=AmountSource.FIXED, price=price)
    make_payment_type("theirs", fund=make_fund("99"), amount_source=AmountSource.FIXED, price=price)
    clerk = logged_in(make_person(SEE, "ims_funds.view_paymenttype", funds=(fund,)))

    links = read(clerk.get(f"{PRICES}inspect/{price.pk}/")).links

    assert "Mine" in links
    assert "Theirs" not in links


def test_prices_ask_as_often_for_many_as_for_few():
    person = make_person(SEE, ENTER, APPROVE, funds=(ALL_FUNDS,))
    other = User.objects.create_user("other")
    client = logged_in(person)

    def fill(prefix: str, number: int) -> None:
        for n in range(number):
            price = make_price(code=f"{prefix}{n}")
            make_price_change(price, starts=TOMORROW, entered_by=other)

    def asked() -> list[int]:
        counts = []
        first = Price.objects.first()
        for address in (PRICES, WAITING, f"{PRICES}inspect/{first.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    fill("A", 2)
    asked()
    few = asked()
    fill("B", 30)
    for day in range(30):
        make_price_change(Price.objects.first(), starts=TODAY - timedelta(days=day))

    assert asked() == few
    assert max(few) <= 14


def test_next_april_is_offered():
    assert _next_april(date(2027, 3, 31)) == date(2027, 4, 1)
    assert _next_april(date(2027, 4, 1)) == date(2028, 4, 1)
