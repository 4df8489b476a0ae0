"""Account holders and stop messages, as staff see and change them."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from tests.factories import make_account_holder, make_stop_message

from .council import make_many_payments, make_payment
from .people import logged_in, make_person
from .screens import column, read, table
from .test_query_budgets import questions


pytestmark = pytest.mark.django_db

LIST = "/admin/income/account-holders/"
STOPS = "/admin/income/stop-messages/"
SEE = "ims_accounts.view_accountholder"
SEE_STOPS = "ims_accounts.view_stopmessage"
SET = "ims_accounts.change_accountholder"
SEE_MONEY = "ims_ledger.view_transaction"


@pytest.fixture
def council(standing_council, db):
    return deepcopy(standing_council)


@pytest.fixture
def officer(council):
    person = make_person(SEE, SEE_STOPS, SET, SEE_MONEY, funds=(council.alpha.fund,), name="carol")
    return logged_in(person)


def page_of(account: AccountHolder) -> str:
    return f"{LIST}inspect/{account.pk}/"


def stop_form_of(account: AccountHolder) -> str:
    return f"{LIST}edit/{account.pk}/"


def test_the_search_box_finds_a_misspelt_name_in_the_own_funds_only(officer, council):
    for department in (council.alpha, council.bravo):
        make_account_holder(fund=department.fund, reference="555", surname="Thompson")

    rows = table(officer.get(LIST, {"q": "tomson"}))

    assert [(row["Account reference"], row["Fund"]) for row in rows] == [("555", "AA alpha fund")]
    assert rows[0]["Name"] == "Mrs Ada Thompson"
    assert rows[0]["Address"] == "1 High Street, Anyborough, AB1 2CD"


def test_the_nearest_comes_first_unless_a_heading_was_clicked(officer, council):
    for reference, surname in (("1", "Tomson"), ("2", "Thompson")):
        make_account_holder(fund=council.alpha.fund, reference=reference, surname=surname)

    assert column(officer.get(LIST, {"q": "thompson"}), "Account reference") == ["2", "1"]
    by_reference = officer.get(LIST, {"q": "thompson", "ordering": "reference"})
    assert column(by_reference, "Account reference") == ["1", "2"]


def test_accounts_are_narrowed_by_what_stops_them(officer, council):
    fund = council.alpha.fund
    make_account_holder(fund=fund, reference="FREE")
    other = make_stop_message(fund=fund, code="other")
    make_account_holder(fund=fund, reference="OTHER", stop_message=other)

    def references(**asked) -> list[str]:
        return column(officer.get(LIST, asked), "Account reference")

    assert references(stopped="no") == ["FREE"]
    assert references(stopped="yes") == ["ALPHA1", "OTHER"]
    assert references(stop_message=other.pk) == ["OTHER"]
    assert references(stop_message=council.bravo.stop_message.pk) == []


def test_the_page_tells_the_balance_with_its_moment_in_local_time(officer, council):
    account = make_account_holder(
        fund=council.alpha.fund,
        reference="555",
        balance="12.30",
        balance_at=datetime(2030, 6, 1, 23, 30, tzinfo=UTC),
    )

    facts = read(officer.get(page_of(account))).facts

    assert facts["Balance"] == "£12.30 as at 2 Jun 2030, 00:30"
    assert facts["Name"] == "Mrs Ada Brook"


def test_the_page_shows_the_newest_transactions_and_totals_of_all(officer, council):
    fund, method = council.alpha.fund, council.method
    told = timezone.now() - timedelta(days=1)
    account = make_account_holder(fund=fund, reference="PLAIN1", balance="500.00", balance_at=told)
    make_payment(fund, method, source="old", amount="7.00", at=told - timedelta(days=1))
    make_many_payments(fund, method, number=25, prefix="new")
    make_payment(council.bravo.fund, method, source="other fund", amount="99.00")

    response = officer.get(page_of(account))
    page, lines = read(response), table(response)

    assert (page.facts["Transactions"], page.facts["Total"]) == ("26", "£257.00")
    assert page.facts["Since the balance was told"] == "£250.00"
    assert len(lines) == 20
    assert {line["Amount"] for line in lines} == {"£10.00"}
    everything = officer.get(page.links["All 26 transactions of this account"])
    assert read(everything).facts["Total"] == "£257.00"


def test_transactions_are_for_those_who_may_see_them(council):
    reader = logged_in(make_person(SEE, funds=(council.alpha.fund,)))

    response = reader.get(page_of(council.alpha.account_holder))

    assert read(response).facts["Name"] == "Mrs Ada alpha surname"
    assert "ALPHA-RECEIPT" not in response.content.decode()
    assert "Set or remove" not in response.content.decode()


def test_a_page_asks_no_more_for_many_transactions(officer, council):
    account = make_account_holder(fund=council.alpha.fund, reference="PLAIN1")
    url = page_of(account)
    make_many_payments(council.alpha.fund, council.method, number=2, prefix="few")
    officer.get(url)
    few = questions(officer, url)
    make_many_payments(council.alpha.fund, council.method, number=200, prefix="many")

    assert questions(officer, url) == few <= 15


def test_a_stop_message_is_set_and_removed_and_written_down(officer, council):
    account = make_account_holder(fund=council.alpha.fund, reference="555", balance="5.00")
    stop = council.alpha.stop_message
    url = stop_form_of(account)

    response = officer.post(url, {"stop_message": stop.pk, "balance": "0", "surname": "Other"})
    account.refresh_from_db()
    after_setting = account.stop_message
    officer.post(url, {"stop_message": ""})
    account.refresh_from_db()

    assert response.url == page_of(account)
    assert (after_setting, account.stop_message) == (stop, None)
    assert (str(account.balance), account.surname) == ("5.00", "Brook"), "nothing else changes"
    set_, removed = AuditEntry.objects.filter(object_type="ims_accounts.AccountHolder").order_by(
        "pk"
    )
    assert set_.user_name == "carol"
    assert set_.fund == account.fund
    assert set_.before == {"reference": "555", "stop_message": None}
    assert set_.after == removed.before == {"reference": "555", "stop_message": str(stop)}


def test_only_messages_of_the_accounts_own_fund_are_offered(council):
    person = make_person(SEE_STOPS, SEE, SET, funds=(council.alpha.fund, council.bravo.fund))
    client = logged_in(person)
    url = stop_form_of(council.alpha.account_holder)

    offered = client.get(url).content.decode()
    client.post(url, {"stop_message": council.bravo.stop_message.pk})

    assert "alpha text" in offered
    assert "bravo text" not in offered
    council.alpha.account_holder.refresh_from_db()
    assert council.alpha.account_holder.stop_message == council.alpha.stop_message


def test_seeing_an_account_is_not_leave_to_stop_it(council):
    reader = logged_in(make_person(SEE, SEE_STOPS, funds=(council.alpha.fund,)))

    response = reader.post(stop_form_of(council.alpha.account_holder), {"stop_message": ""})

    assert (response.status_code, response.url) == (302, "/admin/")
    council.alpha.account_holder.refresh_from_db()
    assert council.alpha.account_holder.stop_message is not None


def test_nothing_else_of_an_account_can_be_typed(officer, council):
    response = officer.get(stop_form_of(council.alpha.account_holder))

    for name in ("balance", "surname", "reference", "fund"):
        assert f'name="{name}"' not in response.content.decode()


def test_a_second_person_is_told_when_the_message_has_changed_meanwhile(officer, council):
    account = council.alpha.account_holder
    other = make_stop_message(fund=account.fund, code="other", staff_text="Bailiff")
    form = officer.get(stop_form_of(account)).context["form"]
    AccountHolder.objects.filter(pk=account.pk).update(stop_message=other)

    response = officer.post(
        stop_form_of(account),
        {"stop_message": "", "ims_version": form["ims_version"].value()},
    )

    assert response.status_code == 200
    assert "Bailiff" in response.content.decode()
    account.refresh_from_db()
    assert account.stop_message == other


def test_a_message_shows_how_many_accounts_carry_it(officer, council):
    for number in range(3):
        make_account_holder(
            fund=council.alpha.fund,
            reference=f"N{number}",
            stop_message=council.alpha.stop_message,
        )

    response = officer.get(STOPS)

    assert column(response, "Accounts") == ["4"]
    carrying = officer.get(read(response).links["4"])
    assert len(table(carrying)) == 4


@pytest.mark.parametrize(
    ("values", "does", "reads"),
    [
        ({"public_effect": "none"}, "Nothing", "–"),
        ({"public_effect": "warn", "public_text": "Ring us"}, "Show the message", "Ring us"),
        ({"public_effect": "block", "public_text": "Ring us"}, "Refuse the payment", "Ring us"),
        (
            {"public_effect": "block", "public_text": ""},
            "Refuse the payment",
            "We can't take a payment for this account number online. Check it against your latest "
            "bill or letter, or contact us The usual words: an account we don't have reads the "
            "same.",
        ),
    ],
)
def test_what_a_resident_would_read_is_shown_before_one_does(officer, council, values, does, reads):
    stop = make_stop_message(fund=council.alpha.fund, code="P", **values)

    staff, residents = table(officer.get(f"{STOPS}inspect/{stop.pk}/"))

    assert staff["What happens"] == "Refuse the payment"
    assert staff["What they read"] == "Do not accept payment - COURT"
    assert (residents["What happens"], residents["What they read"]) == (does, reads)


def keeper(council):
    permissions = [f"ims_accounts.{verb}_stopmessage" for verb in ("view", "add", "change")]
    return logged_in(
        make_person(*permissions, funds=(council.alpha.fund, council.bravo.fund)),
    )


def typed(stop: StopMessage, **values) -> dict:
    names = ("code", "staff_effect", "staff_text", "public_effect", "public_text")
    return {"fund": stop.fund_id} | {name: getattr(stop, name) for name in names} | values


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"public_effect": "warn", "public_text": ""}, "Enter what residents are to read"),
        ({"staff_text": ""}, "This field is required"),
        ({"staff_text": "é" * 201}, "at most 200 characters"),
        ({"code": "12345678901"}, "at most 10 characters"),
        ({"code": "taken"}, "already exists"),
    ],
)
def test_a_message_that_cannot_be_kept_is_told_what_to_do(council, values, said):
    stop = council.alpha.stop_message
    make_stop_message(fund=stop.fund, code="taken")

    response = keeper(council).post(f"{STOPS}edit/{stop.pk}/", typed(stop, **values))

    assert response.status_code == 200
    assert said in unescape(response.content.decode())
    stop.refresh_from_db()
    assert stop.staff_text == "alpha text"


def test_a_message_that_accounts_carry_stays_in_its_fund(council):
    stop = council.alpha.stop_message

    response = keeper(council).post(
        f"{STOPS}edit/{stop.pk}/", typed(stop, fund=council.bravo.fund.pk)
    )

    assert response.status_code == 200
    assert "Accounts of its fund carry this message" in response.content.decode()
    stop.refresh_from_db()
    assert stop.fund == council.alpha.fund
