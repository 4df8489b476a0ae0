"""Today at a glance."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.models import Order
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
    by_fund, by_method = table(response, 1), table(response, 2)
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

    for total in ("£110.00", "£89.50", "£20.50", "£120.00", "-£10.00"):
        assert read(officer.get(links[total])).facts["Total"] == total


def test_a_day_stands_beside_the_week_and_the_year_before(busy_day):
    now = timezone.now()
    for weeks, amount in ((1, "7.00"), (52, "52.00"), (2, "14.00")):
        make_payment(
            busy_day.alpha.fund,
            busy_day.method,
            source=f"{weeks} weeks ago",
            amount=amount,
            at=now - timedelta(weeks=weeks),
        )
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    response = dashboard(officer)
    by_day, by_fund = table(response, 0), table(response, 1)

    assert len(by_day) == 14
    assert list(by_day[-1].values())[1:] == ["£110.00", "£7.00", "£52.00"]
    assert list(by_day[-2].values())[1:] == ["£999.00", "£0.00", "£0.00"]
    assert list(by_day[-8].values())[1:] == ["£7.00", "£14.00", "£0.00"]
    alpha = next(row for row in by_fund if row["Fund"] == "alpha fund")
    assert (alpha["A week earlier"], alpha["52 weeks earlier"]) == ("£7.00", "£52.00")
    for total in ("£7.00", "£52.00"):
        assert read(officer.get(read(response).links[total])).facts["Total"] == total


def test_another_day_can_be_looked_at_and_nonsense_is_no_day(busy_day):
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    yesterday = timezone.localdate() - timedelta(days=1)

    then = officer.get(f"/admin/income/?day={yesterday}")

    assert table(then, 1)[0]["Amount"] == "£999.00"
    assert read(officer.get(read(then).links["The day after"])).links["£110.00"]
    assert "Enter a day" in officer.get("/admin/income/?day=soon").content.decode()
    assert officer.get("/admin/income/?day=0001-01-01").status_code == 200


def test_what_was_paid_is_told_by_page_and_payment_type(busy_day):
    def paid(payment_type, amount, **values):
        order = make_order(payment_type, amount=amount, **values)
        Order.objects.filter(pk=order.pk).update(state="paid", paid_at=timezone.now())

    paid(busy_day.alpha.payment_type, "30.00", page_id=7, page_title="Bins")
    paid(busy_day.alpha.payment_type, "12.00", page_id=7, page_title="Bins")
    paid(busy_day.alpha.payment_type, "5.00")
    paid(busy_day.bravo.payment_type, "99.00", page_id=8, page_title="Secret")
    clerk = logged_in(make_person(SEE, "ims_payments.view_order", funds=(busy_day.alpha.fund,)))

    response = dashboard(clerk)

    assert [(row["Page and payment type"], row["Amount"]) for row in table(response, 3)] == [
        ("Bins: alpha type", "£42.00"),
        ("alpha type", "£5.00"),
    ]
    assert read(clerk.get(read(response).links["£42.00"])).facts["Total"] == "£42.00"
    assert read(clerk.get(read(response).links["£42.00"])).facts["Payments"] == "2"


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
        ("Disputes that need evidence", 1, "/admin/income/disputes/?status=needs_response"),
    ]
    assert "evidence due by" in shown.content.decode()


def test_what_waits_in_other_funds_is_not_counted(council):
    clerk = make_person(ATTEMPTS, "ims_payments.view_dispute", funds=(council.alpha.fund,))
    facts = dashboard(logged_in(clerk)).context_data["needs"]
    assert [(need.label, need.count) for need in facts] == [("Disputes that need evidence", 1)]


def test_the_rollup_agrees_with_the_book(busy_day):
    officer = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    today = Transaction.objects.filter(entered_at__date=timezone.localdate())

    assert today.aggregate(s=Sum("amount"))["s"] == Decimal("110.00")
    assert "£110.00" in read(dashboard(officer)).links
