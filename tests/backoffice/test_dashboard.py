"""Today at a glance."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from tests.factories import make_method
from tests.staff.council import make_attempt, make_order, make_payment
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table


pytestmark = pytest.mark.django_db

SEE, ATTEMPTS = "ims_ledger.view_transaction", "ims_payments.view_attempt"


@pytest.fixture
def busy_day(council):
    """Takings of £130.50, a refund of £20.50, and things that are no takings of today."""
    cash = make_method(MethodKind.CASH)
    make_payment(council.alpha.fund, council.method, source="one", amount="100.00")
    make_payment(council.bravo.fund, cash, source="two", amount="10.50")
    make_payment(council.alpha.fund, cash, source="back", amount="-20.50", kind=PostingKind.REFUND)
    make_payment(
        council.alpha.fund,
        cash,
        source="yesterday",
        amount="999.00",
        at=timezone.now() - timedelta(days=1),
    )
    return council


def dashboard(client):
    return client.get("/admin/income/")


def test_takings_are_added_up_by_fund_and_by_method(busy_day):
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))

    response = dashboard(officer)

    assert read(response).links["£110.00"]  # 2 x £10.00 of the council, 100 + 10.50 - 20.50
    by_fund, by_method = table(response, 0), table(response, 1)
    assert {row["Fund"]: row["Amount"] for row in by_fund} == {
        "alpha fund": "£89.50",
        "bravo fund": "£20.50",
    }
    assert {row["Method of payment"]: row["Amount"] for row in by_method} == {
        "Card, online": "£120.00",
        "Cash": "-£10.00",
    }


def test_each_figure_leads_to_the_transactions_behind_it(busy_day):
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    links = read(dashboard(officer)).links

    for words, total in (
        ("£110.00", "£110.00"),
        ("alpha fund", "£89.50"),
        ("bravo fund", "£20.50"),
        ("Card, online", "£120.00"),
        ("Cash", "-£10.00"),
    ):
        assert read(officer.get(links[words])).facts["Total"] == total


def test_the_figures_are_of_the_readers_funds_only(busy_day):
    clerk = logged_in(make_person(SEE, ATTEMPTS, funds=(busy_day.alpha.fund,)))

    for page in ("/admin/income/", "/admin/"):
        response = clerk.get(page)
        links = read(response).links
        assert "£89.50" in links
        assert links["1"] == "/admin/income/attention/"
        assert "bravo" not in response.content.decode()


def test_people_see_only_the_half_they_may_see(busy_day):
    only_money = dashboard(logged_in(make_person(SEE, funds=(ALL_FUNDS,)))).content.decode()
    only_problems = dashboard(logged_in(make_person(ATTEMPTS, funds=(ALL_FUNDS,)))).content.decode()

    assert "Taken today" in only_money
    assert "Payments needing attention" not in only_money
    assert "Taken today" not in only_problems
    assert "Payments needing attention" in only_problems


def test_people_with_nothing_to_see_find_no_menu_no_panel_and_no_page(busy_day):
    editor = logged_in(make_person("ims_funds.view_paymenttype"))

    home = editor.get("/admin/")

    assert dashboard(editor).status_code == 302
    assert "Income today" not in home.content.decode()
    assert "/admin/income/" not in home.content.decode()


def test_a_quiet_day_says_so(db):
    officer = logged_in(make_person(SEE, ATTEMPTS, funds=(ALL_FUNDS,)))

    text = dashboard(officer).content.decode()

    assert "Nothing has been taken today yet." in text
    assert read(dashboard(officer)).links["£0.00"]


def test_five_payments_are_named_and_all_are_counted(council):
    for n in range(7):
        make_attempt(make_order(council.alpha.payment_type), council.account, problem=f"p{n}")
    officer = logged_in(make_person(ATTEMPTS, funds=(ALL_FUNDS,)))

    response = dashboard(officer)

    assert read(response).links["9"] == "/admin/income/attention/"
    assert len(table(response)) == 5


def test_what_else_waits_is_counted_with_the_way_to_it(council):
    council.bravo.dispute.delete()
    waits = logged_in(
        make_person(
            ATTEMPTS,
            "ims_payments.view_dispute",
            "ims_payments.view_difference",
            "ims_approvals.view_approval",
            "ims_payments.approve_refund",
            funds=(ALL_FUNDS,),
        )
    )
    shown = dashboard(waits)
    assert [(need.label, need.count, need.url) for need in shown.context_data["needs"]] == [
        ("Requests waiting for your approval", 2, "/admin/income/approvals/?show=decide"),
        ("Differences to be explained", 2, "/admin/income/differences/"),
        ("Disputes that need evidence", 1, "/admin/income/disputes/"),
    ]
    assert "evidence due by" in shown.content.decode()


def test_what_waits_in_other_funds_is_not_counted(council):
    clerk = make_person(ATTEMPTS, "ims_payments.view_dispute", funds=(council.alpha.fund,))
    facts = dashboard(logged_in(clerk)).context_data["needs"]
    assert [(need.label, need.count) for need in facts] == [("Disputes that need evidence", 1)]


def test_the_rollup_agrees_with_the_book(busy_day):
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    today = Transaction.objects.filter(entered_at__date=timezone.now().date())

    assert today.aggregate(s=Sum("amount"))["s"] == Decimal("110.00")
    assert "£110.00" in read(dashboard(officer)).links
