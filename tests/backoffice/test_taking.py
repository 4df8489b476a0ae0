"""Payments that staff take for somebody on the telephone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.backoffice.models import StaffBasket
from ims_wagtail.checkout.models import Basket
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order, PaymentLink
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.ui.models import CouncilDetails
from tests.checkout.conftest import council  # noqa: F401
from tests.factories import (
    make_account_holder,
    make_fund,
    make_merchant_account,
    make_method,
    make_office,
    make_payment_type,
    make_stop_message,
)
from tests.pages.making import make_home, make_index, make_page, question
from tests.payments.making import breaches, use_card
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db(transaction=True)

TAKE, VIEW = "ims_payments.take_payment", "ims_payments.view_order"
URL = "/admin/income/take-a-payment/"


class Caller:
    """An agent at the screens, who reads what they say."""

    def __init__(self, person) -> None:
        self.person = person
        self.client = logged_in(person)

    def open(self, url: str = URL) -> BeautifulSoup:
        self.response = self.client.get(url, follow=True)
        assert self.response.status_code == 200, self.response.status_code
        return BeautifulSoup(self.response.content.decode(), "html.parser")

    def post(self, url: str = URL, **values) -> BeautifulSoup:
        self.response = self.client.post(url, values)
        return BeautifulSoup(self.response.content.decode(), "html.parser")

    def add(self, slug: str = "council-tax", **values) -> BeautifulSoup:
        typed = {"reference": "301122331", "amount": "120.50"} | values
        return self.post(f"{URL}payment/?type={slug}", **typed)

    def payer(self, **values) -> BeautifulSoup:
        typed = {"email": "ada@example.org", "language": "en-gb"} | values
        office = StaffBasket.objects.filter(user=self.person).first()
        if "office" not in values and self.person.ims_profile.office_id:
            typed["office"] = self.person.ims_profile.office_id
        assert office is not None
        return self.post(f"{URL}payer/", **typed)

    def pay(self, action: str, **values) -> BeautifulSoup:
        version = Basket.objects.get(staff_basket__user=self.person).version
        return self.post(action=action, version=version, **values)

    def order_url(self, order: Order) -> str:
        return reverse("ims_staff_payments:inspect", args=[order.pk])


def words(page: BeautifulSoup) -> str:
    """What the page says, on one line."""
    return " ".join(page.main.get_text(" ").split())


def status(page: BeautifulSoup) -> str:
    """How the payment stands, as the page says it above everything else."""
    return page.select_one("[data-ims-live] [role=status]").get_text(strip=True)


def buttons(page: BeautifulSoup) -> list[str]:
    """What can be pressed on the page itself."""
    return [" ".join(b.get_text(" ").split()) for b in page.main.select("button[name=action]")]


@pytest.fixture
def staffed(council) -> SimpleNamespace:  # noqa: F811
    """The council with a telephone route, a method for cards through staff and an office."""
    account = MerchantAccount.objects.get()
    account.routes.create(channel=Channel.TELEPHONE)
    return SimpleNamespace(
        **vars(council),
        account=account,
        staff_method=make_method(MethodKind.CARD_STAFF, name="Card, staff"),
        office=make_office("CC", name="Contact centre"),
    )


def make_agent(staffed, *permissions: str, funds=(ALL_FUNDS,)) -> Caller:
    person = make_person(TAKE, VIEW, *permissions, funds=funds)
    person.ims_profile.office = staffed.office
    person.ims_profile.save()
    person.ims_profile.methods.add(staffed.staff_method)
    return Caller(person)


@pytest.fixture
def agent(staffed) -> Caller:
    return make_agent(staffed)


def take(agent: Caller, **payer) -> Order:
    """Gather council tax and begin its payment by telephone."""
    agent.add()
    agent.payer(**payer)
    agent.pay("telephone")
    assert agent.response.status_code == 303, words(agent.open())
    return Order.objects.latest("pk")


def send(agent: Caller, **payer) -> Order:
    """Gather council tax and send a link for it."""
    agent.add()
    agent.payer(**payer)
    agent.pay("link")
    return Order.objects.latest("pk")


def test_a_payment_is_taken_in_the_name_and_through_the_account_of_the_site_that_is_chosen(
    agent, staffed, settings
):
    assert agent.open(f"{URL}payer/").find("select", {"name": "site"}) is None, "there is one only"
    other = Site.objects.create(
        hostname="moor.example", site_name="Moorland", root_page=Page.objects.get(depth=2)
    )
    CouncilDetails.objects.create(site=other, name="Moorland Council")
    settings.IMS = {
        **settings.IMS,
        "CREDENTIALS": {**settings.IMS["CREDENTIALS"], "moor": {"api_key": "moor-key"}},
    }
    moor = make_merchant_account("moor", takes=())
    moor.routes.create(site=other, channel=Channel.TELEPHONE)
    default = Site.objects.get(is_default_site=True)

    agent.add()
    offered = agent.open(f"{URL}payer/").find("select", {"name": "site"})
    assert offered.find("option", selected=True)["value"] == str(default.pk)
    agent.payer(site=other.pk)
    assert "Moorland" in words(agent.open())
    agent.pay("telephone")

    order = Order.objects.get()
    assert (order.site, order.account) == (other, moor)
    # A link is paid online, which the account of that site does not take: so it is the one for all.
    agent.pay("link")
    link = Order.objects.latest("pk")
    assert (link.site, link.account) == (other, staffed.account)
    send_due()
    assert "Moorland Council" in mail.outbox[-1].body
    assert "http://moor.example/pay/order/" in mail.outbox[-1].body


def test_a_card_by_telephone_is_posted_as_taken_by_the_person_for_their_office(
    agent, staffed, settings
):
    settings.WAGTAILADMIN_BASE_URL = "https://admin.anyborough.example/"
    order = take(agent)

    assert SandboxPayment.objects.get().return_url.startswith(
        "https://admin.anyborough.example/admin/income/"
    )
    use_card(order.attempts.get())
    page = agent.open(SandboxPayment.objects.get().return_url)

    assert "Paid" in status(page)
    order.refresh_from_db()
    assert (order.channel, order.state) == (Channel.TELEPHONE, OrderState.PAID)
    (line,) = Transaction.objects.all()
    posting = Posting.objects.get()
    assert line.method.kind == MethodKind.CARD_STAFF
    assert (posting.entered_by, posting.office) == (agent.person, staffed.office)
    assert breaches() == []
    assert [entry.action for entry in AuditEntry.objects.filter(user=agent.person)] == [
        "take payment"
    ]
    send_due()
    assert mail.outbox[-1].to == ["ada@example.org"], "the payer has a receipt"


def test_what_is_paid_has_left_the_draft_and_the_next_caller_meets_nothing_of_it(agent):
    order = take(agent)
    use_card(order.attempts.get())
    agent.open(SandboxPayment.objects.get().return_url)

    page = agent.open()

    assert "Nothing yet" in words(page)
    agent.add(reference="123456780")
    assert "ada@example.org" not in words(agent.open())
    assert Basket.objects.count() == 2


def test_several_payments_are_gathered_across_sessions_and_changed_before_they_are_taken(agent):
    agent.add()
    Caller(agent.person).add("room-hire", reference="RH1", amount="60")
    page = agent.open()
    assert "£180.50" in words(page)

    line = StaffBasket.objects.get().basket.lines.get(account_reference="RH1")
    agent.post(f"{URL}payment/?line={line.pk}", reference="RH2", amount="50")
    agent.post(action="remove", line=StaffBasket.objects.get().basket.lines.first().pk)

    page = agent.open()
    assert "RH2" in words(page)
    assert "301122331" not in words(page)
    agent.post(action="discard")
    assert not Basket.objects.exists()


def test_the_rules_for_residents_hold_for_staff_in_the_words_for_staff(agent, staffed):
    fund = staffed.council_tax.fund
    fund.account_must_exist = True
    fund.save()

    wrong = agent.add(reference="301122332")
    unknown = agent.add()

    assert wrong.select(".error-message, .w-field__errors")
    assert "has no account with this reference" in words(unknown)
    assert not Basket.objects.exists()


@pytest.mark.parametrize(
    ("effect", "taken"), [(StopEffect.BLOCK, False), (StopEffect.WARN, True), ("none", True)]
)
def test_fs061_a_stopped_account_does_to_staff_what_its_switch_for_staff_says(
    effect, taken, agent, staffed
):
    fund = staffed.council_tax.fund
    stop = make_stop_message(fund=fund, staff_effect=effect, staff_text="Ask for the court team")
    make_account_holder(fund=fund, stop_message=stop)

    page = agent.add()
    if not taken:
        assert "Ask for the court team" in words(page)
        assert not Basket.objects.exists()
        return
    page = agent.open()

    assert ("Ask for the court team" in words(page)) == (effect == StopEffect.WARN)
    agent.payer()
    agent.pay("telephone")
    assert agent.response.status_code == 303


def test_a_stop_put_on_while_the_agent_talks_is_met_when_the_card_is_to_be_taken(agent, staffed):
    agent.add()
    agent.payer()
    fund = staffed.council_tax.fund
    make_account_holder(fund=fund, stop_message=make_stop_message(fund=fund))

    page = agent.pay("telephone")

    assert agent.response.status_code == 422
    assert "Do not accept payment - COURT" in words(page)
    assert not Order.objects.exists()


def test_fs061_a_link_is_not_sent_for_what_its_payer_would_be_refused(agent, staffed):
    fund = staffed.council_tax.fund
    stop = make_stop_message(fund=fund, staff_effect=StopEffect.NONE)
    make_account_holder(fund=fund, stop_message=stop)
    agent.add()
    agent.payer()

    page = agent.pay("link")

    assert "take a payment for this account number online" in words(page)
    assert not PaymentLink.objects.exists()
    agent.pay("telephone")
    assert agent.response.status_code == 303, "staff may take it themselves"


def test_an_account_paid_lately_is_taken_again_only_when_the_caller_says_so(agent):
    first = take(agent)
    use_card(first.attempts.get())
    agent.open(SandboxPayment.objects.get().return_url)
    agent.add()
    agent.payer()

    assert "Paid in the last few hours." in words(agent.open())
    page = agent.pay("telephone")

    assert "tick that they want to pay again" in words(page)
    assert Order.objects.count() == 1
    agent.pay("telephone", again="on")
    assert agent.response.status_code == 303


def test_an_agent_takes_payments_only_for_funds_of_the_group_that_may(staffed):
    other = make_payment_type("parking", fund=make_fund("PK", name="Parking fund"))
    agent = make_agent(staffed, funds=(staffed.council_tax.fund,))

    assert "Parking fund" not in words(agent.open())
    agent.add("parking")

    assert agent.response.status_code == 404
    assert not Basket.objects.exists()
    taken = take(make_agent(staffed, funds=(other.fund, staffed.council_tax.fund)))
    stranger = make_agent(staffed, funds=(other.fund,))
    assert stranger.client.get(stranger.order_url(taken)).status_code == 404
    assert stranger.client.post(stranger.order_url(taken), {"action": "give_up"}).status_code == 404
    assert Attempt.objects.get().state == "open"


def test_a_fund_taken_from_the_agent_while_they_talk_can_no_longer_be_taken_for(staffed):
    agent = make_agent(staffed, funds=(staffed.council_tax.fund,))
    agent.add()
    agent.payer()
    grant = agent.person.groups.get().ims_funds.get()
    grant.fund = staffed.bin.fund
    grant.save()

    page = agent.pay("telephone")

    assert "don’t take payments for this fund any more" in words(page)
    assert not Order.objects.exists()


def test_whoever_only_looks_at_orders_can_neither_take_nor_cancel_one(agent, staffed):
    order = take(agent)
    looker = Caller(make_person(VIEW, funds=(ALL_FUNDS,)))

    assert buttons(looker.open(looker.order_url(order))) == []
    assert looker.client.get(URL).status_code == 302
    response = looker.client.post(looker.order_url(order), {"action": "give_up"})
    assert response.status_code in (302, 403)
    assert Attempt.objects.get().state == "open"


@pytest.mark.parametrize("lacking", ["route", "method", "ticked", "office"])
def test_what_is_missing_to_take_cards_by_telephone_is_said(lacking, agent, staffed):
    profile = agent.person.ims_profile
    agent.add()
    agent.payer()
    if lacking == "route":
        staffed.account.routes.filter(channel=Channel.TELEPHONE).delete()
    elif lacking == "method":
        MethodOfPayment.objects.filter(pk=staffed.staff_method.pk).update(is_default=False)
    elif lacking == "ticked":
        profile.methods.clear()
    else:
        profile.office = None
        profile.save()

    page = agent.open()

    assert "You can’t take a card by telephone:" in words(page)
    assert "Take the card by telephone" not in buttons(page)
    assert "Send a payment link" in buttons(page)
    agent.pay("telephone")
    assert agent.response.status_code == 422
    assert not Order.objects.exists()


def test_what_cannot_be_taken_by_telephone_is_named(agent, staffed):
    other = make_payment_type("ice-rink", fund=make_fund("IR"))
    staffed.account.routes.filter(channel=Channel.TELEPHONE).update(payment_type=other)
    agent.add()
    agent.payer()

    told = words(agent.pay("telephone"))

    assert agent.response.status_code == 422
    assert "This can’t be taken by telephone: Council tax. Remove it, or send a link." in told
    assert not Order.objects.exists()


def test_an_office_is_one_of_the_agents_own(agent, staffed):
    elsewhere = make_office("EL", name="Elsewhere")
    agent.add()

    assert "Elsewhere" not in words(agent.open(f"{URL}payer/"))
    agent.payer(office=elsewhere.pk)

    assert agent.response.status_code == 422
    agent.person.ims_profile.offices.add(elsewhere)
    agent.payer(office=elsewhere.pk)
    agent.pay("telephone")
    assert Order.objects.get().office == elsewhere


def test_a_basket_over_two_accounts_is_two_payments_one_after_the_other(agent, staffed, settings):
    keys = {**settings.IMS["CREDENTIALS"], "sandbox2": {"api_key": "second"}}
    settings.IMS = {**settings.IMS, "CREDENTIALS": keys}
    second = make_merchant_account("sandbox2", takes=())
    second.routes.create(payment_type=staffed.room, channel=Channel.TELEPHONE)
    agent.add()
    agent.add("room-hire", reference="RH1", amount="60")
    agent.payer()

    agent.pay("telephone")
    first, other = Order.objects.order_by("pk")
    use_card(first.attempts.get())
    page = agent.open(SandboxPayment.objects.get().return_url)

    assert other.reference in words(page)
    agent.post(agent.order_url(other), action="continue")
    assert agent.response.status_code == 303
    assert other.attempts.get().account == second
    page = agent.open()
    assert "£60.00" in words(page), "only what is still to be paid"
    assert "£120.50" not in words(page)


def test_a_declined_card_is_tried_again_on_the_same_order(agent):
    order = take(agent)
    use_card(order.attempts.get(), "Declined")
    page = agent.open(SandboxPayment.objects.get().return_url)

    assert "Declined" in status(page)
    assert buttons(page) == ["Take the card by telephone"]
    agent.post(agent.order_url(order), action="continue")

    assert agent.response.status_code == 303
    use_card(order.attempts.get(number=2))
    assert "Paid" in words(agent.open(agent.order_url(order)))
    assert Order.objects.count() == 1


def test_a_payment_by_telephone_is_given_up(agent):
    order = take(agent)

    agent.post(agent.order_url(order), action="give_up")

    assert order.attempts.get().state == "cancelled_by_us"
    assert "Cancelled" in words(agent.open(agent.order_url(order)))


def test_nobody_outside_can_go_on_with_a_payment_by_telephone(agent, client):
    order = take(agent)
    address = f"/pay/order/{order.token}/"

    assert client.get(address).status_code == 404
    assert client.post(address, {"action": "continue"}).status_code == 404


def test_two_windows_of_one_agent_take_it_once(agent):
    agent.add()
    agent.payer()
    stale = Basket.objects.get().version
    agent.add("room-hire", reference="RH1", amount="60")

    page = agent.post(action="telephone", version=stale)

    assert "changed in another window" in words(page)
    assert not Order.objects.exists()
    agent.pay("telephone")
    agent.pay("telephone")
    assert Order.objects.count() == Attempt.objects.count() == 1, "a second click resumes it"


def test_a_link_reaches_the_payer_in_their_language_and_is_paid_by_the_card_online(
    agent, client, settings
):
    order = send(agent, language="cy")

    send_due()
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject.startswith("Eich dolen")
    address = f"{settings.IMS['BASE_URL']}/pay/order/{order.token}/"
    assert address in message.body
    assert "Treth gyngor" in message.body
    page = client.get(address)
    assert "£120.50" in page.content.decode()
    assert client.post(address, {"action": "continue"}).status_code == 303
    assert "Payment begun" in words(agent.open(agent.order_url(order)))
    use_card(order.attempts.get())
    assert "Paid" in status(agent.open(agent.order_url(order)))
    posting, line = Posting.objects.get(), Transaction.objects.get()
    assert line.method.kind == MethodKind.CARD_ONLINE
    assert posting.entered_by == agent.person


def test_the_agent_begins_anew_with_the_next_caller_once_a_link_is_sent(agent):
    send(agent)

    assert "Nothing yet" in words(agent.open())


def test_the_agent_sees_whether_the_link_waits_is_sent_or_could_not_be(agent):
    order = send(agent)
    told = []
    for state in MessageState:
        Message.objects.filter(kind="payment_link").update(state=state)
        told.append(status(agent.open(agent.order_url(order))))

    assert told == ["Link waiting to be sent", "Link sent", "Link could not be sent"]


def test_a_link_expires_and_is_opened_anew_by_sending_it_again(agent, client, settings):
    settings.IMS = {**settings.IMS, "PAYMENT_LINK_DAYS": 3}
    order = send(agent)
    link = PaymentLink.objects.get()
    assert timedelta(days=2) < link.expires_at - timezone.now() <= timedelta(days=3)
    long_ago = timezone.now() - timedelta(days=9)
    PaymentLink.objects.update(sent_at=long_ago, expires_at=long_ago + timedelta(days=3))
    address = f"/pay/order/{order.token}/"

    assert "This payment link has expired" in client.get(address).content.decode()
    client.post(address, {"action": "continue"})
    assert not Attempt.objects.exists()
    page = agent.open(agent.order_url(order))
    assert status(page) == "Link expired"
    agent.post(agent.order_url(order), action="send_again")

    assert client.post(address, {"action": "continue"}).status_code == 303
    send_due()
    assert PaymentLink.objects.get().sendings == 2
    assert Message.objects.get(source=f"payment-link:{order.pk}:2").state == MessageState.SENT


def test_a_payment_begun_before_its_link_expired_can_be_finished(agent, client):
    order = send(agent)
    address = f"/pay/order/{order.token}/"
    client.post(address, {"action": "continue"})
    PaymentLink.objects.update(
        sent_at=timezone.now() - timedelta(days=15), expires_at=timezone.now() - timedelta(days=1)
    )

    assert client.post(address, {"action": "continue"}).status_code == 303, "resumed, not begun"
    use_card(order.attempts.get())
    client.get(address)

    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_cancelled_link_takes_the_payment_begun_by_it_along_and_stays_cancelled(agent, client):
    order = send(agent)
    address = f"/pay/order/{order.token}/"
    client.post(address, {"action": "continue"})

    agent.post(agent.order_url(order), action="cancel_link")

    assert order.attempts.get().state == "cancelled_by_us"
    page = client.get(address).content.decode()
    assert "can’t be used any more" in page
    client.post(address, {"action": "continue"})
    assert order.attempts.count() == 1
    agent.post(agent.order_url(order), action="send_again")
    assert PaymentLink.objects.get().sendings == 1
    told = status(agent.open(agent.order_url(order)))
    assert told == "Link cancelled"


def test_a_link_paid_at_the_moment_it_is_cancelled_counts_as_paid(agent, client):
    order = send(agent)
    client.post(f"/pay/order/{order.token}/", {"action": "continue"})
    use_card(order.attempts.get())

    agent.post(agent.order_url(order), action="cancel_link")

    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert "It was paid at the same moment" in words(agent.open(agent.order_url(order)))


def test_a_link_sent_after_a_card_was_tried_by_telephone_replaces_that_payment(agent, client):
    first = take(agent)

    agent.pay("link")

    assert first.attempts.get().state == "cancelled_by_us"
    link = Order.objects.latest("pk")
    assert (link.channel, link.taken_by) == (Channel.ONLINE, agent.person)
    assert client.get(f"/pay/order/{link.token}/").status_code == 200


def test_the_list_tells_mine_from_everybodys_and_how_each_stands(agent, staffed):
    mine = send(agent)
    other = make_agent(staffed)
    theirs = take(other)

    page = agent.open("/admin/income/staff-payments/")
    rows = {
        row.a.get_text(strip=True): " ".join(row.get_text(" ").split())
        for row in page.select("table.listing tbody tr")
    }

    assert set(rows) == {mine.reference, theirs.reference}
    assert "By link" in rows[mine.reference]
    assert "By telephone" in rows[theirs.reference]
    assert "Payment begun" in rows[theirs.reference]
    page = agent.open("/admin/income/staff-payments/?who=me")
    assert theirs.reference not in words(page)
    assert mine.reference in words(page)


def test_name_and_address_are_asked_where_the_payment_type_asks_them(agent):
    agent.add("garden-bin")

    assert "Full name" in words(agent.open(f"{URL}payer/"))
    agent.payer()
    assert agent.response.status_code == 422
    agent.payer(
        name="Ada Brook", address_line_1="1 High Street", town="Anyborough", postcode="an12bc"
    )
    agent.pay("telephone")
    assert Order.objects.get().contact.postcode == "AN1 2BC"


def test_fs096_a_card_number_typed_among_the_details_is_refused(agent):
    agent.add("garden-bin")
    page = agent.payer(
        name="4242 4242 4242 4242", address_line_1="1 High Street", town="A", postcode="AN1 2BC"
    )

    assert agent.response.status_code == 422
    assert "must not hold a card number" in words(page)


def test_a_provider_that_refuses_leaves_the_draft_as_it_was_and_says_that_nothing_was_taken(
    agent, monkeypatch
):
    agent.add()
    agent.payer()

    def denied(**_values: object) -> None:
        raise remote.Denied("nothing")

    monkeypatch.setattr(remote, "create", denied)

    page = agent.pay("telephone")

    assert "No money has been taken" in words(page)
    assert StaffBasket.objects.get().basket.lines.count() == 1


def test_the_page_of_a_call_asks_no_more_for_many_payments_than_for_few(agent):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            agent.open()
        return len(asked)

    for number in range(2):
        agent.add("room-hire", reference=f"RH{number}", amount="60")
    agent.payer()
    questions()  # what a process asks once
    few = questions()
    for number in range(2, 8):
        agent.add("room-hire", reference=f"RH{number}", amount="60")

    assert StaffBasket.objects.get().basket.lines.count() == 8
    assert questions() == few <= 28


def test_the_questions_of_the_page_are_asked_and_answered_for_the_caller(agent, staffed):
    index = make_index(make_home())
    make_page(
        index,
        title="Hire a room",
        slug="hire",
        payment_type=staffed.room,
        confirmation="<p>Bring your booking form.</p>",
        questions=[question("short_text", "Group"), question("date", "Day of hire")],
    )

    page = agent.open(f"{URL}payment/?type=room-hire")
    assert "The questions are those of the page “Hire a room”." in words(page)
    page = agent.add("room-hire", reference="RH1", amount="60")
    assert agent.response.status_code == 422
    names = [field["name"] for field in page.select("input[name^=question]")]
    answers = dict(zip(names, ["Choir", "2027-03-27"], strict=True))
    page = agent.add("room-hire", reference="RH1", amount="60", **answers)
    assert agent.response.status_code == 302, page.select(".w-field__errors, .error-message")

    page = agent.open()
    assert "Group: Choir" in words(page)
    assert "Day of hire: 27 March 2027" in words(page)
    agent.payer()
    agent.pay("telephone")
    line = Order.objects.get().lines.get()
    assert (line.page_title, line.confirmation) == (
        "Hire a room",
        "<p>Bring your booking form.</p>",
    )
    assert [answer["value"] for answer in line.answers] == ["Choir", "27 March 2027"]


def test_fs046_another_site_cannot_make_an_agent_take_a_payment(agent):
    agent.add()
    agent.payer()
    agent.client.handler.enforce_csrf_checks = True

    agent.pay("telephone")

    assert agent.response.status_code == 403
    assert not Order.objects.exists()
