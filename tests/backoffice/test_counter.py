"""Cash, cheques and postal orders: what the cashier, the payer and the book are told."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.backoffice.counter.denominations import DENOMINATIONS
from ims_wagtail.backoffice.models import (
    CashierSession,
    ChequeDetails,
    CounterReceipt,
    StaffBasket,
    Tender,
)
from ims_wagtail.checkout.models import Basket
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.corrections import Give, Take, move
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.enums import AttemptState, Channel, OrderState, RefundRoute
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order
from ims_wagtail.payments.refunds.refundable import refundable
from tests.checkout.conftest import council  # noqa: F401
from tests.factories import (
    make_account_holder,
    make_method,
    make_office,
    make_stop_message,
)
from tests.payments.making import breaches
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read


pytestmark = pytest.mark.django_db(transaction=True)

TAKE, VIEW = "ims_payments.take_payment", "ims_payments.view_order"
COUNTER = "ims_backoffice.take_at_counter"
SESSIONS = "ims_backoffice.view_cashiersession"
CLOSE = "ims_backoffice.close_cashiersession"
CONFIRM = "ims_backoffice.confirm_cashiersession"
RETURN = "ims_backoffice.return_cheque"
PAYERS = "ims_ledger.view_payerdetails"

TAKING = "/admin/income/take-a-payment/"
TILL = "/admin/income/counter/"

CHEQUE = {
    "drawer": "A Lovelace",
    "sort_code": "30-94-30",
    "account_number": "01234567",
    "number": "000123",
}


def words(response) -> str:
    """What the page says, on one line."""
    page = BeautifulSoup(response.content.decode(), "html.parser")
    return " ".join(page.main.get_text(" ").split())


class Till:
    """A cashier at the screens."""

    def __init__(self, person) -> None:
        self.person, self.client = person, logged_in(person)

    def open(self, office, *, opening_float: str = "50.00") -> CashierSession:
        response = self.client.post(TILL, {"office": office.pk, "opening_float": opening_float})
        assert response.status_code == 302, words(response)
        return CashierSession.objects.latest("pk")

    def gather(self, *, amount: str = "120.50", reference: str = "301122331", **payer) -> Basket:
        """Put council tax into the basket, and say who pays."""
        added = self.client.post(
            f"{TAKING}payment/?type=council-tax", {"reference": reference, "amount": amount}
        )
        assert added.status_code == 302, words(added)
        office = self.person.ims_profile.office_id
        self.client.post(
            f"{TAKING}payer/", {"language": "en-gb", "office": office, "email": ""} | payer
        )
        return self.basket

    @property
    def basket(self) -> Basket:
        return Basket.objects.get(staff_basket__user=self.person)

    def form(self, *pieces: dict, cash: str = "", **values) -> dict:
        typed = {"version": self.basket.version, "basket": self.basket.token, "cash": cash}
        return typed | rows(*pieces) | values

    def hand_over(self, *pieces: dict, cash: str = "", by: str = "hand-over", **values):
        """Hand over cash and pieces for what was gathered."""
        return self.client.post(f"{TILL}{by}/", self.form(*pieces, cash=cash, **values))

    def cash_up(self, session: CashierSession, cash: str, **values):
        return self.client.post(
            f"{TILL}cash-up/?session={session.pk}", counted(Decimal(cash)) | values
        )


def rows(*pieces: dict) -> dict:
    """The rows of cheques and postal orders as a browser sends them."""
    typed = {"piece-TOTAL_FORMS": len(pieces) or 1, "piece-INITIAL_FORMS": 0}
    for number, piece in enumerate(pieces):
        typed |= {f"piece-{number}-{name}": value for name, value in piece.items()}
    return typed


def counted(cash: Decimal) -> dict:
    """So much cash, counted in as few coins and notes as there can be."""
    typed = {}
    for value in DENOMINATIONS:
        number, cash = divmod(cash, value)
        typed[f"count_{int(value * 100)}"] = int(number)
    return typed


@pytest.fixture
def hall(council) -> SimpleNamespace:  # noqa: F811
    """The council with an office and its methods for cash, cheques and postal orders."""
    return SimpleNamespace(
        **vars(council),
        office=make_office("TH", name="Town Hall"),
        cash=make_method(MethodKind.CASH, name="Cash"),
        cheque=make_method(MethodKind.CHEQUE, name="Cheque"),
        postal_order=make_method(MethodKind.POSTAL_ORDER, name="Postal order"),
        by_post=make_method(MethodKind.POST, name="Cheque by post"),
    )


def make_cashier(hall, *permissions: str, funds=(ALL_FUNDS,), name: str = "") -> Till:
    person = make_person(
        TAKE, VIEW, COUNTER, SESSIONS, PAYERS, *permissions, funds=funds, name=name
    )
    person.ims_profile.office = hall.office
    person.ims_profile.save()
    person.ims_profile.methods.add(hall.cash, hall.cheque, hall.postal_order, hall.by_post)
    return Till(person)


@pytest.fixture
def cashier(hall) -> Till:
    return make_cashier(hall, name="cashier")


def cheque(hall, amount: str, **values) -> dict:
    return {"method": hall.cheque.pk, "amount": amount} | CHEQUE | values


def take_cheque(till: Till, hall, amount: str = "120.50") -> Tender:
    """Open a session, and take a cheque for council tax."""
    till.open(hall.office)
    till.gather(amount=amount)
    assert till.hand_over(cheque(hall, amount)).status_code == 302
    return Tender.objects.get()


def test_cash_is_posted_with_its_change_and_the_payer_gets_a_receipt(cashier, hall):
    session = cashier.open(hall.office)
    cashier.gather(email="ada@example.org")

    response = cashier.hand_over(cash="140")
    page = cashier.client.get(response.url)

    facts = read(page).facts
    assert "Give £19.50 change." in page.content.decode()
    assert (facts["Cash handed over"], facts["Change given"]) == ("£140.00", "£19.50")
    assert facts["Taken"] == "At the counter"
    (line,) = Transaction.objects.all()
    assert (line.amount, line.method) == (Decimal("120.50"), hall.cash)
    posting = Posting.objects.get()
    assert posting.kind == PostingKind.STAFF_RECEIPT
    assert (posting.entered_by, posting.office) == (cashier.person, hall.office)
    assert CounterReceipt.objects.get().session == session
    order = Order.objects.get()
    assert (order.state, order.channel, order.account) == (OrderState.PAID, Channel.COUNTER, None)
    assert line.receipt_number == order.reference
    send_due()
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert order.reference in mail.outbox[-1].body
    assert breaches() == []
    assert "take at the counter" in set(AuditEntry.objects.values_list("action", flat=True))


def test_part_cash_part_cheque_and_a_postal_order_pay_one_basket(cashier, hall):
    cashier.open(hall.office)
    cashier.gather(amount="60.00")
    cashier.client.post(f"{TAKING}payment/?type=room-hire", {"reference": "RH1", "amount": "60.00"})

    response = cashier.hand_over(
        cheque(hall, "70.00"),
        {"method": hall.postal_order.pk, "amount": "10.00", "number": "77"},
        cash="50.00",
    )

    assert response.status_code == 302, words(response)
    lines = Transaction.objects.order_by("line_number")
    assert sum(line.amount for line in lines) == Decimal("120.00")
    by_method = {line.method.name: Decimal(0) for line in lines}
    for line in lines:
        by_method[line.method.name] += line.amount
    assert by_method == {"Cash": 40, "Cheque": 70, "Postal order": 10}
    order = Order.objects.get()
    assert sum(line.vat_amount for line in order.lines.all()) == sum(
        line.vat_amount for line in lines
    )
    page = cashier.client.get(response.url)
    assert "30943001234567" in words(page).replace(" ", "")
    assert breaches() == []


def test_a_double_click_and_the_back_button_take_it_once(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()
    typed = cashier.form(cash="120.50")

    first = cashier.client.post(f"{TILL}hand-over/", typed)
    second = cashier.client.post(f"{TILL}hand-over/", typed)

    assert (
        first.url
        == second.url
        == reverse("ims_staff_payments:inspect", args=[Order.objects.get().pk])
    )
    assert Posting.objects.count() == 1


def test_what_was_changed_in_another_tab_is_looked_at_again(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()
    typed = cashier.form(cash="200.00")
    cashier.client.post(f"{TAKING}payment/?type=room-hire", {"reference": "RH1", "amount": "60.00"})

    response = cashier.client.post(f"{TILL}hand-over/", typed)

    assert "It was changed in another window" in words(response)
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    ("cash", "amounts", "says"),
    [
        ("100.00", (), "£20.50 is missing."),
        ("", ("200.00",), "come to £79.50 too much; no change is given of them."),
        ("20.00", ("120.50",), "Nothing is left to be paid in cash"),
    ],
)
def test_what_does_not_pay_the_basket_is_refused(cash, amounts, says, cashier, hall):
    cashier.open(hall.office)
    cashier.gather()

    response = cashier.hand_over(*(cheque(hall, amount) for amount in amounts), cash=cash)

    assert response.status_code == 422
    assert says in words(response)
    assert not Posting.objects.exists()


def test_a_cheque_needs_its_drawer_account_and_number(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()

    response = cashier.hand_over({"method": hall.cheque.pk, "amount": "120.50"})

    assert "Enter the name that stands on the cheque" in words(response)
    assert "Enter the six digits of the sort code" in words(response)
    assert "Enter its number" in words(response)
    assert not Posting.objects.exists()


def test_nothing_is_taken_at_the_counter_without_a_session_of_that_office(cashier, hall):
    cashier.gather()

    page = cashier.client.get(f"{TILL}hand-over/")
    response = cashier.hand_over(cheque(hall, "120.50"))

    assert "You have no session open there, so nothing can be taken." in words(page)
    assert "Open a session at this office first." in words(response)
    assert not Posting.objects.exists()


def test_a_cheque_by_post_is_dated_as_it_came_and_needs_no_session(cashier, hall):
    cashier.gather()
    day = accounting_date() - timedelta(days=3)
    piece = {"method": hall.by_post.pk, "amount": "120.50"} | CHEQUE

    future = cashier.hand_over(piece, by="post", received_on=day + timedelta(days=9))
    cash = cashier.hand_over(by="post", cash="120.50", received_on=day)
    response = cashier.hand_over(piece, by="post", received_on=day)

    assert "can’t have come after today" in words(future)
    assert cash.status_code == 422, "no cash without a session"
    assert response.status_code == 302, words(response)
    line = Transaction.objects.get()
    assert (line.accounting_date, line.method) == (day, hall.by_post)
    assert Order.objects.get().channel == Channel.POST
    assert CounterReceipt.objects.get().session is None


def test_an_account_that_takes_no_cheques_is_paid_by_something_else(cashier, hall):
    fund = hall.council_tax.fund
    stop = make_stop_message(
        fund=fund, staff_effect="warn", staff_text="No cheques", refuses_cheques=True
    )
    make_account_holder(fund=fund, stop_message=stop)
    cashier.open(hall.office)
    cashier.gather(amount="60.00")
    cashier.client.post(f"{TAKING}payment/?type=room-hire", {"reference": "RH1", "amount": "60.00"})

    refused = cashier.hand_over(cheque(hall, "120.00"))
    taken = cashier.hand_over(cheque(hall, "60.00"), cash="60.00")

    assert "takes no cheques" in words(refused)
    assert taken.status_code == 302
    paid = dict(Transaction.objects.values_list("account_reference", "method__name"))
    assert paid == {"301122331": "Cash", "RH1": "Cheque"}


def test_a_method_that_is_not_ticked_for_the_cashier_is_not_offered(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()
    cashier.person.ims_profile.methods.remove(hall.cheque)

    page = cashier.client.get(f"{TILL}hand-over/")
    response = cashier.hand_over(cheque(hall, "120.50"))

    names = BeautifulSoup(page.content.decode(), "html.parser").select(
        "[name=piece-0-method] option"
    )
    assert [option.get_text() for option in names][1:] == ["Postal order"]
    assert response.status_code == 422
    assert not Posting.objects.exists()


def test_money_is_taken_only_for_the_funds_of_the_group_that_may(hall):
    agent = make_person(TAKE, VIEW, funds=(ALL_FUNDS,))
    agent.ims_profile.office = hall.office
    agent.ims_profile.save()
    agent = Till(agent)
    agent.gather()

    assert "Take cash" not in words(agent.client.get(TAKING))
    assert agent.client.get(f"{TILL}hand-over/").status_code in (302, 403)
    assert agent.hand_over(cash="120.50").status_code in (302, 403)
    assert not Posting.objects.exists()


def test_the_first_receipt_is_the_receipt_and_every_later_one_a_copy(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")
    url = reverse("ims_counter:receipt", args=[Order.objects.get().pk])

    first, second = cashier.client.post(url), cashier.client.post(url)

    assert "Copy" not in words(first)
    assert "Cash" in words(first)
    assert "Copy" in words(second)
    assert cashier.client.get(url).status_code == 405


def test_the_till_is_cashed_up_against_what_the_book_says(cashier, hall):
    session = cashier.open(hall.office, opening_float="50.00")
    cashier.gather(amount="100.00")
    cashier.hand_over(cheque(hall, "30.00"), cash="80.00")

    short = cashier.cash_up(session, "119.00", **{f"amount_{hall.cheque.pk}": "30.00"})
    assert "£119.00 counted, £120.00 expected. Say why." in words(short)
    assert CashierSession.objects.get().closed_at is None
    response = cashier.cash_up(
        session,
        "119.00",
        **{f"amount_{hall.cheque.pk}": "30.00", f"reason_{hall.cash.pk}": "Coin rolled away"},
    )

    page = cashier.client.get(response.url)
    table = {row[0]: row[1:] for row in read(page).tables[0]}
    assert table["Cash"] == ["£70.00", "£120.00", "£119.00", "-£1.00", "Coin rolled away"]
    assert table["Cheque"] == ["£30.00", "£30.00", "£30.00", "£0.00", ""]
    sheet = cashier.client.get(reverse("ims_counter:sheet", args=[session.pk]))
    assert "Coin rolled away" in words(sheet)
    assert breaches() == []


def test_a_closed_session_is_final(cashier, hall):
    session = cashier.open(hall.office)
    cashier.cash_up(session, "50.00")
    again = cashier.cash_up(session, "60.00")
    cashier.gather()

    refused = cashier.hand_over(cash="120.50")

    assert again.status_code == 302
    assert refused.status_code == 422
    assert not Posting.objects.exists()
    for change in (
        lambda: CashierSession.objects.update(closed_at=None),
        lambda: CashierSession.objects.update(opening_float=1),
        lambda: session.totals.update(declared=1),
        lambda: session.counts.all().delete(),
        lambda: session.counts.create(denomination="1.00", number=1),
        lambda: CashierSession.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_one_session_is_open_for_each_person_and_office(cashier, hall):
    cashier.open(hall.office)

    again = cashier.client.post(TILL, {"office": hall.office.pk, "opening_float": "1"})

    assert "You have a session open at this office already." in words(again)
    assert CashierSession.objects.count() == 1


def test_somebody_else_confirms_the_cash_up(hall):
    cashier = make_cashier(hall, CONFIRM)
    session = cashier.open(hall.office)
    supervisor = logged_in(make_person(SESSIONS, CONFIRM, funds=(ALL_FUNDS,)))
    url = reverse("ims_cashier_sessions:inspect", args=[session.pk])

    supervisor.post(url)
    assert CashierSession.objects.get().confirmed_at is None, "not before it is cashed up"
    cashier.cash_up(session, "50.00")
    cashier.client.post(url)
    assert CashierSession.objects.get().confirmed_at is None, "not by the cashier"
    supervisor.post(url)

    session.refresh_from_db()
    assert session.confirmed_by is not None
    assert "Confirmed" in words(supervisor.get("/admin/income/cashier-sessions/"))
    with pytest.raises(DatabaseError), transaction.atomic():
        CashierSession.objects.update(confirmed_at=None, confirmed_by=None)


def test_a_supervisor_closes_the_session_of_a_cashier_and_a_third_person_confirms(hall):
    cashier = make_cashier(hall, CONFIRM, name="cashier")
    session = cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")
    supervisor = Till(make_person(SESSIONS, CLOSE, CONFIRM, funds=(ALL_FUNDS,), name="supervisor"))
    url = reverse("ims_cashier_sessions:inspect", args=[session.pk])

    assert "Close it for the cashier" in words(supervisor.client.get(url))
    unsaid = supervisor.cash_up(session, "170.50")
    assert unsaid.status_code == 422, "a reason is wanted"
    response = supervisor.cash_up(session, "170.50", close_reason="Went home ill")
    assert response.status_code == 302, words(response)

    session.refresh_from_db()
    assert session.closed_by == supervisor.person
    page = words(supervisor.client.get(url))
    assert "supervisor: Went home ill" in page
    assert "Confirm the cash-up" not in page
    for client in (supervisor.client, cashier.client):
        client.post(url)
        assert CashierSession.objects.get().confirmed_at is None
    logged_in(make_person(SESSIONS, CONFIRM, funds=(ALL_FUNDS,))).post(url)
    assert CashierSession.objects.get().confirmed_at is not None
    entry = AuditEntry.objects.get(action="close cashier session of another")
    assert entry.after["reason"] == "Went home ill"
    assert breaches() == []


def test_a_session_is_closed_by_nobody_without_the_right_in_all_its_funds(hall, cashier):
    session = cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")
    for person in (
        make_person(SESSIONS, CONFIRM, funds=(ALL_FUNDS,)),
        make_person(SESSIONS, CLOSE, funds=(hall.bin.fund,)),
        make_cashier(hall).person,
    ):
        refused = Till(person).cash_up(session, "170.50", close_reason="Mine now")

        assert refused.status_code in (302, 403, 404)
        assert CashierSession.objects.get().closed_at is None
    with pytest.raises(DatabaseError), transaction.atomic():
        CashierSession.objects.update(closed_at=timezone.now(), closed_by=person)


def test_a_session_is_seen_by_who_works_in_every_fund_it_took_money_for(hall, cashier):
    session = cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")
    url = reverse("ims_cashier_sessions:inspect", args=[session.pk])
    mine = logged_in(make_person(SESSIONS, funds=(hall.council_tax.fund,)))
    other = logged_in(make_person(SESSIONS, funds=(hall.bin.fund,)))

    assert mine.get(url).status_code == 200
    assert other.get(url).status_code == 404
    assert other.get(reverse("ims_counter:sheet", args=[session.pk])).status_code == 404


def test_a_returned_cheque_is_taken_back_whole_from_every_line_it_paid(hall):
    till = make_cashier(hall, RETURN, "ims_accounts.change_accountholder")
    fund = hall.council_tax.fund
    stop = make_stop_message(fund=fund, code="NC", staff_effect="warn", refuses_cheques=True)
    make_account_holder(fund=fund)
    till.open(hall.office)
    till.gather(amount="60.00")
    till.client.post(f"{TAKING}payment/?type=room-hire", {"reference": "RH1", "amount": "60.00"})
    till.hand_over(cheque(hall, "100.00"), cash="20.00")
    tender = Tender.objects.get(method=hall.cheque)
    url = reverse("ims_counter:return_cheque", args=[tender.pk])
    holder = AccountHolder.objects.get()

    for _click in range(2):
        response = till.client.post(
            url, {"reason": "Refer to drawer", f"stop_{holder.pk}": stop.pk}
        )

    back = Posting.objects.get(kind=PostingKind.REVERSAL)
    assert (back.total, back.accounting_date) == (Decimal("-100.00"), accounting_date())
    assert back.entered_by == till.person
    assert {line.corrects.posting_id for line in back.lines.all()} == {tender.receipt.posting_id}
    holder.refresh_from_db()
    assert holder.stop_message == stop
    page = till.client.get(response.url)
    assert "Refer to drawer" in words(page)
    receipt = till.client.post(reverse("ims_counter:receipt", args=[tender.receipt_id]))
    assert "A bank returned £100.00 of this payment" in words(receipt)
    assert Order.objects.get().state == OrderState.PAID, "the cash is still there"
    assert breaches() == []


def test_what_was_moved_before_the_cheque_came_back_is_taken_from_suspense(hall):
    till = make_cashier(hall, RETURN)
    tender = take_cheque(till, hall)
    make_method(MethodKind.JOURNAL)
    make_method(MethodKind.JOURNAL_REALLOCATION)
    line = Transaction.objects.get()
    give = Give(line.fund_id, "100000007", Decimal("20.50"), line.vat_code_id, line.vat_rate)
    with transaction.atomic():
        move(
            kind=PostingKind.JOURNAL,
            source="journal:1",
            takes=[Take(line, Decimal("20.50"))],
            gives=[give],
            narrative="Wrong account",
            by=till.person,
        )
    url = reverse("ims_counter:return_cheque", args=[tender.pk])

    page = till.client.get(url)
    till.client.post(url, {"reason": "Refer to drawer"})

    assert "taken from suspense" in words(page)
    back = Posting.objects.get(kind=PostingKind.REVERSAL)
    taken = {line.fund.is_suspense: line.amount for line in back.lines.select_related("fund")}
    assert taken == {False: Decimal("-100.00"), True: Decimal("-20.50")}
    assert Order.objects.get().state == OrderState.REVERSED
    assert breaches() == []


def test_the_page_of_the_posting_tells_how_it_was_received_and_leads_to_returning_it(hall):
    till = make_cashier(hall, RETURN, "ims_ledger.view_transaction")
    tender = take_cheque(till, hall)
    url = reverse("ims_postings:inspect", args=[tender.receipt.posting_id])

    page = till.client.get(url)
    back = reverse("ims_counter:return_cheque", args=[tender.pk])

    assert "Received at the counter" in words(page)
    assert "Cheque: £120.50" in words(page)
    assert back in read(page).links.values()
    till.client.post(back, {"reason": "Refer to drawer"})
    page = till.client.get(url)
    assert "Cheque returned by the bank" in words(page)
    assert back not in read(page).links.values()


def test_who_works_in_one_fund_of_a_payment_is_not_told_how_the_rest_was_paid(cashier, hall):
    cashier.open(hall.office)
    cashier.gather(amount="60.00")
    cashier.client.post(f"{TAKING}payment/?type=room-hire", {"reference": "RH1", "amount": "60.00"})
    cashier.hand_over(cash="150.00")
    order = Order.objects.get()
    one = logged_in(make_person(VIEW, PAYERS, funds=(hall.council_tax.fund,)))

    page = one.get(reverse("ims_staff_payments:inspect", args=[order.pk]))

    assert "£150.00" not in words(page)
    assert "£120.00" not in words(page)
    assert one.post(reverse("ims_counter:receipt", args=[order.pk])).status_code == 404


def test_a_cheque_is_returned_only_by_who_may_in_every_fund_it_paid(cashier, hall):
    tender = take_cheque(cashier, hall)
    url = reverse("ims_counter:return_cheque", args=[tender.pk])
    stranger = logged_in(make_person(RETURN, VIEW, funds=(hall.bin.fund,)))

    assert cashier.client.get(url).status_code in (302, 403)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"reason": "x"}).status_code == 404
    assert not Posting.objects.filter(kind=PostingKind.REVERSAL).exists()


def test_what_was_received_in_cash_goes_back_to_a_bank_account_only(cashier, hall):
    cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")

    assert refundable(posting=Posting.objects.get()).routes == [RefundRoute.BANK]


def test_details_of_a_cheque_can_be_erased_and_nothing_else_of_it(cashier, hall):
    tender = take_cheque(cashier, hall)

    ChequeDetails.objects.all().delete()

    assert "A Lovelace" not in words(
        cashier.client.get(reverse("ims_staff_payments:inspect", args=[tender.receipt_id]))
    )
    for row in (tender, tender.receipt):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Tender.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        CounterReceipt.objects.update(change=1, cash_given=2)


def test_the_book_refuses_a_receipt_whose_parts_are_not_what_was_posted(cashier, hall):
    tender = take_cheque(cashier, hall)

    with pytest.raises(DatabaseError), transaction.atomic():
        tender.receipt.tenders.create(
            number=2, method=hall.cheque, amount="1.00", first_line=1, last_line=1
        )


def test_a_card_payment_begun_for_the_same_is_cancelled_before_cash_is_taken(cashier, hall):
    MerchantAccount.objects.get().routes.create(channel=Channel.TELEPHONE)
    cashier.person.ims_profile.methods.add(make_method(MethodKind.CARD_STAFF, name="Card, staff"))
    cashier.open(hall.office)
    basket = cashier.gather()
    begun = cashier.client.post(TAKING, {"action": "telephone", "version": basket.version})
    assert begun.status_code == 303, words(begun)

    assert cashier.hand_over(cash="120.50").status_code == 302

    assert Attempt.objects.get().state == AttemptState.CANCELLED_BY_US
    assert Posting.objects.get().kind == PostingKind.STAFF_RECEIPT
    assert breaches() == []


def test_a_session_asks_the_same_questions_however_many_payments_are_in_it(cashier, hall):
    session = cashier.open(hall.office)
    url = reverse("ims_cashier_sessions:inspect", args=[session.pk])
    asked = []
    for number in range(1, 4):
        cashier.gather(amount="10.00")
        cashier.hand_over(cash="10.00", again="on")
        assert CounterReceipt.objects.count() == number
        cashier.client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert cashier.client.get(url).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[-1] <= 25
    assert StaffBasket.objects.count() <= 1
    assert CounterReceipt.objects.filter(printed_at__lt=timezone.now()).count() == 0
