"""Links that ask for a payment: who opens one pays by the rules of every payment, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.requests.claiming import claim
from ims_wagtail.checkout.requests.deciding import (
    NotDecidable,
    approve,
    withdraw,
)
from ims_wagtail.checkout.requests.enums import RequestState
from ims_wagtail.checkout.requests.making import RequestRefused
from ims_wagtail.checkout.requests.models import RequestRecipient, RequestToPay, RequestUse
from ims_wagtail.checkout.requests.selectors import (
    in_state,
    paid_twice,
    state_of,
    with_payments,
)
from ims_wagtail.checkout.requests.sending import NotSendable, send, send_reminders
from ims_wagtail.checkout.requests.tokens import key_of, new_key, token_of
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.providers.sandbox import remote
from tests.factories import make_account_holder, make_stop_message
from tests.payments.making import breaches, card
from tests.staff.people import make_person

from .asking import ask, path_of
from .resident import Resident


pytestmark = pytest.mark.django_db(transaction=True)

CARD = card("Success")


def state(request: RequestToPay) -> RequestState:
    """How it stands; a list of those that stand so must hold it, and no other list."""
    found = with_payments(RequestToPay.objects.filter(pk=request.pk)).get()
    standing = state_of(found)
    listed = [each for each in RequestState if in_state(RequestToPay.objects.all(), each).exists()]
    assert listed == [standing]
    return standing


def pay(resident: Resident, request: RequestToPay):
    """Open the link, go through the basket and use a card."""
    basket = resident.fill_in(resident.visit(path_of(request)))
    assert basket.path.startswith("/pay/basket/"), basket.text
    return resident.pay(CARD)


def test_who_opens_a_link_reads_what_it_is_for_pays_it_and_it_is_known_as_paid(council, resident):
    request = ask(council.council_tax, message="Your second instalment")
    assert state(request) == RequestState.UNOPENED

    page = resident.visit(path_of(request))

    assert page.title == "Council tax"
    assert "Account number: 301122331" in page.text
    assert "£120.50" in page.text
    assert "Your second instalment" in page.text
    assert not page.has_field("reference")
    assert not page.has_field("amount")
    assert state(request) == RequestState.OPENED
    pay(resident, request)
    assert state(request) == RequestState.PAID
    line = Transaction.objects.get()
    assert (line.account_reference, line.amount) == ("301122331", Decimal("120.50"))
    assert not breaches()


def test_what_is_open_is_asked_and_checked_as_on_any_page(council, resident):
    request = ask(council.council_tax, reference="", amount=None)

    page = resident.fill_in(resident.visit(path_of(request)), reference="301122332", amount="10")

    assert page.errors
    basket = resident.fill_in(page, reference="301122331", amount="10")
    assert "£10.00" in basket.text


def test_what_is_fixed_stays_fixed_when_it_is_sent_along_or_changed_in_the_basket(
    council, resident
):
    request = ask(council.council_tax)
    page = resident.visit(path_of(request))
    path, data = resident.filled(page)
    resident.client.post(path, {**data, "reference": "123456780", "amount": "1"})
    line = BasketLine.objects.get()

    change = resident.visit(f"/pay/basket/{line.pk}/change/")

    assert (line.account_reference, line.amount) == ("301122331", Decimal("120.50"))
    assert not change.has_field("amount")
    resident.client.post(change.path, {"reference": "123456780", "amount": "1"})
    assert BasketLine.objects.get().amount == Decimal("120.50")


@pytest.mark.parametrize(
    ("spoil", "title", "status"),
    [
        ("tamper", "This payment link is not complete", 404),
        ("unknown", "This payment link is not complete", 404),
        ("waiting", "This payment link is not complete", 404),
        ("expire", "This payment link has expired", 410),
        ("withdraw", "This payment link can’t be used any more", 410),
        ("pay", "This has been paid already", 410),
    ],
)
def test_a_link_that_can_not_be_used_says_why_and_nothing_of_what_it_was_for(
    council, spoil, title, status
):
    officer = make_person()
    request = ask(
        council.council_tax, by=officer, message="Instalment", needs_approval=spoil == "waiting"
    )
    path, at = path_of(request), timezone.now()
    match spoil:
        case "tamper":
            last = path[-2]
            path = f"{path[:-2]}{'7' if last != '7' else '8'}/"
        case "unknown":
            path = path.replace(request.token, token_of(new_key()))
        case "expire":
            at += timedelta(days=16)
        case "withdraw":
            withdraw(request=request, by=officer)
        case "pay":
            pay(Resident(), request)

    with time_machine.travel(at, tick=True):
        page = Resident().visit(path)

    assert (page.title, page.status) == (title, status)
    assert not page.soup.main.find("form")
    for secret in ("301122331", "120.50", "Council tax", "Ada", "Instalment"):
        assert secret not in page.text


def test_a_link_typed_from_a_letter_works_in_small_letters_and_without_its_lines(council, resident):
    request = ask(council.council_tax)
    typed = request.token.lower().replace("-", "").replace("0", "o").replace("1", "l")

    assert resident.visit(f"/pay/link/{typed}/").title == "Council tax"


def test_a_link_outlives_a_change_of_the_secret(council, resident, settings):
    request = ask(council.council_tax)
    path = path_of(request)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert resident.visit(path).title == "Council tax"
    settings.SECRET_KEY_FALLBACKS = []
    assert resident.visit(path).status == 404


@given(st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12), st.data())
def test_a_token_with_any_letter_changed_is_not_one_of_ours(key, data):
    token = token_of(key)
    assert key_of(token) == key
    place = data.draw(st.sampled_from([at for at, letter in enumerate(token) if letter != "-"]))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    changed = token[:place] + other + token[place + 1 :]

    assert key_of(changed) == (key if changed == token else None)


def test_guessing_links_is_slowed_down(council, resident):
    for _try in range(30):
        resident.visit(f"/pay/link/{token_of(new_key())}/")

    assert resident.visit(f"/pay/link/{token_of(new_key())}/").status == 429
    assert resident.visit(f"/pay/link/{token_of(new_key())}/stop/").status == 429


def test_the_second_of_two_who_pay_by_one_link_is_told_before_the_card(council):
    request = ask(council.council_tax)
    ada, ben = Resident(), Resident()
    for each in (ada, ben):
        each.fill_in(each.visit(path_of(request)))
    check = ben.go_to_check()
    payment = ada.begin_payment()

    told = ben.fill_in(check)

    assert "Somebody is paying this by the same link" in told.text
    assert Order.objects.count() == 1
    assert ben.visit(path_of(request)).title == "Somebody is paying by this link"
    remote.use_card(payment=payment, card=CARD)
    ada.come_back(payment)
    assert ben.visit(path_of(request)).title == "This has been paid already"


def test_of_two_who_press_the_button_at_one_moment_one_is_let_through(council):
    request = ask(council.council_tax)
    for each in (Resident(), Resident()):
        each.fill_in(each.visit(path_of(request)))
    lines = list(BasketLine.objects.values_list("pk", flat=True))
    both = Barrier(2)

    def press(line):
        both.wait()
        try:
            return claim({line: ("301122331", Decimal("120.50"))})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, lines))

    assert sorted(map(len, answers)) == [0, 1]


def test_a_second_payment_that_comes_all_the_same_is_posted_and_shown(council):
    request = ask(council.council_tax)
    pay(Resident(), request)
    late = Resident()
    late.add(reference="301122331", amount="120.50")
    line = BasketLine.objects.exclude(pk__in=RequestUse.objects.values("basket_line")).get()
    check = late.go_to_check()
    payment = late.begin_payment(check, again="on")
    RequestUse.objects.create(request=request, basket_line=line.pk)
    remote.use_card(payment=payment, card=CARD)
    late.come_back(payment)

    assert Transaction.objects.count() == 2
    assert paid_twice(RequestToPay.objects.all()).get() == request
    assert not breaches()


def test_a_link_that_may_be_paid_often_is(council):
    request = ask(council.council_tax, single_use=False, reference="", amount=None)
    for reference in ("301122331", "123456780"):
        resident = Resident()
        page = resident.visit(path_of(request))
        resident.fill_in(page, reference=reference, amount="5")
        resident.pay(CARD)

    found = with_payments(RequestToPay.objects.all()).get()
    assert (found.payments, found.paid) == (2, Decimal("10.00"))
    assert not paid_twice(RequestToPay.objects.all())


def test_a_line_that_came_to_pay_less_settles_no_request(council, resident):
    request = ask(council.council_tax)
    resident.fill_in(resident.visit(path_of(request)))
    twice = resident.add(reference="301122331", amount="1")
    resident.fill_in(twice, duplicate="replace")

    assert resident.pay(CARD).title.startswith("Payment complete")

    assert Transaction.objects.get().amount == Decimal("1.00")
    assert state(request) == RequestState.OPENED


def test_a_link_withdrawn_while_it_lies_in_a_basket_is_not_paid(council, resident):
    officer = make_person()
    request = ask(council.council_tax, by=officer)
    resident.fill_in(resident.visit(path_of(request)))
    check = resident.go_to_check()
    withdraw(request=request, by=officer)

    told = resident.fill_in(check)

    assert "has been withdrawn" in told.text
    assert not Order.objects.exists()


def test_only_what_a_resident_could_pay_may_be_asked_for(council):
    stopped = make_account_holder(
        fund=council.council_tax.fund,
        stop_message=make_stop_message(
            fund=council.council_tax.fund, staff_effect=StopEffect.BLOCK
        ),
    )
    for wrong, field in (
        ({"reference": "301122332"}, "reference"),
        ({"reference": stopped.reference}, "reference"),
        ({"reference": "", "amount": Decimal("9999999.00")}, "amount"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "expires_on"),
        ({"expires_on": timezone.localdate() + timedelta(days=800)}, "expires_on"),
    ):
        with pytest.raises(RequestRefused) as refused:
            ask(council.council_tax, **wrong)
        assert [fault.field for fault in refused.value.faults] == [field], wrong
    with pytest.raises(RequestRefused):
        ask(council.bin, reference="")
    assert not RequestToPay.objects.exists()


def test_a_set_price_is_that_of_the_day_it_is_paid(council, resident):
    request = ask(council.bin, reference="", amount=None)

    assert "£45.00" in resident.visit(path_of(request)).text


def test_a_link_is_sent_and_its_payer_reminded_once_unless_they_want_none(council, resident):
    sent, quiet = (ask(council.council_tax, and_send=True) for _ in range(2))
    send_due()
    assert [path_of(sent) in mail.outbox[0].body, len(mail.outbox)] == [True, 2]
    stop = resident.visit(f"{path_of(quiet)}stop/")
    assert resident.fill_in(stop).title == "You will get no reminder"

    assert send_reminders() == 0
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=True):
        assert send_reminders() == 1
        assert send_reminders() == 0
        send_due()

    assert mail.outbox[2].subject.startswith("Reminder:")
    assert len(mail.outbox) == 3


def test_who_was_asked_is_forgotten_when_the_link_has_long_been_over(council):
    request = ask(council.council_tax, and_send=True)
    send_due()
    call_command("ims_remind_payers")
    assert RequestRecipient.objects.filter(request=request).exists()

    with time_machine.travel(timezone.now() + timedelta(days=106), tick=True):
        call_command("ims_remind_payers")

    assert not RequestRecipient.objects.exists()
    assert Message.objects.get().recipient == ""
    assert RequestToPay.objects.get().amount == Decimal("120.50")


def test_what_waits_for_approval_goes_out_when_another_person_approves(council):
    officer, manager = make_person(), make_person()
    request = ask(council.council_tax, by=officer, needs_approval=True)
    assert state(request) == RequestState.WAITING
    with pytest.raises(NotSendable):
        send(request=request, by=officer)
    with pytest.raises(NotDecidable):
        approve(request=request, by=officer)

    approve(request=request, by=manager)

    send_due()
    assert state(request) == RequestState.UNOPENED
    assert path_of(request) in mail.outbox[0].body


def test_the_database_refuses_ones_own_approval_and_any_change_of_what_was_asked(council):
    officer = make_person()
    request = ask(council.council_tax, by=officer, needs_approval=True)
    row = RequestToPay.objects.filter(pk=request.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(approved_by=officer, approved_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(sendings=1)
    for change in (
        {"amount": 1},
        {"reference": "123456780"},
        {"needs_approval": False},
        {"made_by": make_person()},
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            row.update(**change)
