"""Receipts: on screen, for print and by e-mail, and the same for ever."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.checkout.copies import ADD, VIEW
from ims_wagtail.checkout.models import ReceiptCopy
from ims_wagtail.checkout.receipts import (
    NoReceipt,
    ReceiptLine,
    build_receipt,
    percentage,
    vat_totals,
)
from ims_wagtail.funds.models import VatRate
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import split_vat
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Page, Resident
from tests.checkout.test_entry import ANSWERS, answer
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read


GOOD = "301122331"
SUCCESS = BY_NUMBER["4242424242424242"]


@pytest.fixture
def paid(transactional_db, resident) -> Page:
    """The result page of council tax and two room hires with awkward pennies, paid."""
    resident.add(reference=GOOD, amount="100")
    resident.add("room-hire", reference="B1", amount="19.99")
    resident.add("room-hire", reference="B2", amount="0.03")
    return resident.pay(SUCCESS, resident.go_to_check(email="ada@example.com"))


def figures(table) -> list[list[str]]:
    """The cells of a table's body, row by row."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
        if row.td
    ]


def test_a_receipt_has_all_that_a_vat_receipt_needs(resident, paid):
    order = Order.objects.get()
    Order.objects.update(paid_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))

    page = resident.visit(paid.link("View, print or save"))

    assert page.rows() == [
        ("Receipt number", order.reference),
        ("Date and time", "1 July 2026, 23:30"),
        ("Paid to", "Anyborough Council Town Hall Anyborough AN1 1AA"),
        ("VAT registration number", "GB 123 4567 89"),
        ("Paid by", "Card online, Visa card ending 4242"),
    ]
    lines, rates = page.soup.main.find_all("table")
    assert figures(lines) == [
        ["Council tax Account number: 301122331", "£100.00", "No VAT", "£0.00", "£100.00"],
        ["Room hire Booking number: B1", "£16.66", "20%", "£3.33", "£19.99"],
        ["Room hire Booking number: B2", "£0.03", "20%", "£0.00", "£0.03"],
    ]
    assert figures(rates) == [
        ["20%", "£16.69", "£3.33", "£20.02"],
        ["No VAT", "£100.00", "£0.00", "£100.00"],
        ["Total paid", "£116.69", "£3.33", "£120.02"],
    ]
    assert page.title == "VAT receipt"
    assert "save it as a PDF" in page.text


def test_a_receipt_without_vat_claims_no_vat_receipt_whatever_the_council_s_number(
    transactional_db, resident
):
    resident.add(reference=GOOD, amount="100")
    page = resident.pay(SUCCESS, resident.go_to_check(email="ada@example.com"))

    receipt = resident.visit(page.link("View, print or save"))

    assert receipt.title == "Receipt"
    assert "0%" not in receipt.text
    send_due()
    sent = mail.outbox[-1].body
    assert sent.startswith("Receipt\n")
    assert "0%" not in sent


def test_the_email_holds_the_same_figures(paid):
    assert send_due() >= 0
    sent = mail.outbox[-1]
    order = Order.objects.get()

    assert sent.to == ["ada@example.com"]
    assert sent.subject == f"Receipt {order.reference} from Anyborough Council"
    html = BeautifulSoup(sent.alternatives[0][0], "html.parser")
    lines, rates = html.find_all("table")
    assert figures(lines)[1] == [
        "Room hire Booking number: B1",
        "£16.66",
        "20%",
        "£3.33",
        "£19.99",
    ]
    assert figures(rates)[-1] == ["Total paid", "£116.69", "£3.33", "£120.02"]
    for words in ("VAT 20%: £3.33", "Total paid: £120.02", "GB 123 4567 89", "ending 4242"):
        assert words in sent.body


def test_a_receipt_is_the_same_when_everything_has_changed(paid, council):
    order = Order.objects.get()
    before = build_receipt(order)
    council.room.name = "Hall hire"
    council.room.save()
    council.room.fund.name = "Halls"
    council.room.fund.save()
    VatRate.objects.update(rate=Decimal("0.05"))

    assert build_receipt(Order.objects.get()) == before


def clerk(*permissions, **values):
    """Somebody who may make copies of receipts, and their browser."""
    may = ("ims_payments.view_order", *permissions)
    person = make_person(*may, **{"funds": (ALL_FUNDS,), "name": "olive"} | values)
    return person, logged_in(person)


def ask_for_copy(client, order, route, address="", key=None):
    url = f"/admin/income/receipt-copies/make/{order.pk}/"
    return client.post(url, {"route": route, "address": address, "key": key or uuid4()})


def test_a_printed_copy_says_that_it_is_one_and_who_made_it_when(paid):
    order = Order.objects.get()
    _person, client = clerk(ADD, VIEW)

    response = ask_for_copy(client, order, "print")

    page = BeautifulSoup(client.get(response.url).content, "html.parser")
    assert "Copy" in page.h1.text
    copy = ReceiptCopy.objects.get()
    assert "by olive" in page.text
    assert page.text.count("Copy made on") == 1
    assert AuditEntry.objects.get(action="copy receipt").object_id == str(copy.pk)
    assert not Message.objects.filter(source__startswith="receipt-copy").exists()
    with pytest.raises(DatabaseError, match="insert-only"):
        ReceiptCopy.objects.update(made_at=None)


def test_a_copy_is_sent_once_to_the_payer_or_to_another_address(paid):
    order, key = Order.objects.get(), uuid4()
    _person, client = clerk(ADD)
    send_due()
    mail.outbox.clear()

    for _click in range(2):
        assert ask_for_copy(client, order, "payer", key=key).status_code == 302
    assert ask_for_copy(client, order, "other", "else@example.org").status_code == 302
    send_due()

    assert [sent.to for sent in mail.outbox] == [[order.contact.email], ["else@example.org"]]
    assert mail.outbox[0].subject.startswith("Copy: Receipt ")
    assert "by olive" in mail.outbox[0].body
    kept = str(list(AuditEntry.objects.filter(action="copy receipt").values_list("after")))
    assert "example.org" not in kept, "addresses stand where they can be erased"


def test_copies_by_e_mail_have_a_limit_and_printed_ones_none(paid):
    order = Order.objects.get()
    _person, client = clerk(ADD)

    codes = [ask_for_copy(client, order, "other", "a@example.org").status_code for _n in range(4)]

    assert codes == [302, 302, 302, 422]
    assert ask_for_copy(client, order, "print").status_code == 302
    assert ReceiptCopy.objects.count() == 4


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c"])
def test_a_copy_to_no_address_is_refused(paid, address):
    _person, client = clerk(ADD)

    assert ask_for_copy(client, Order.objects.get(), "other", address).status_code == 422
    assert not ReceiptCopy.objects.exists()


def test_a_copy_takes_the_right_in_every_fund_of_the_payment(paid, council):
    order = Order.objects.get()
    one = order.lines.first().fund
    _person, client = clerk(ADD, VIEW, funds=(one,))

    response = ask_for_copy(client, order, "print")

    assert response.status_code == 422
    assert "a receipt shows all of it" in response.content.decode()
    _reader, reader = clerk("ims_ledger.view_transaction", name="reader")
    assert ask_for_copy(reader, order, "print").status_code == 404
    posting = Posting.objects.get()
    page = read(reader.get(f"/admin/income/postings/inspect/{posting.pk}/"))
    assert "You don't have the right" in page.facts["Print the VAT receipt"]


def test_an_unpaid_order_has_no_receipt(transactional_db, resident):
    resident.add(reference=GOOD, amount="100")
    resident.begin_payment(resident.go_to_check())

    with pytest.raises(NoReceipt):
        build_receipt(Order.objects.get())


def test_no_cache_keeps_that_a_receipt_was_not_there_yet(transactional_db, resident):
    resident.add(reference=GOOD, amount="100")
    payment = resident.begin_payment()
    address = f"/pay/order/{Order.objects.get().token}/receipt/"

    early = resident.client.get(address)
    assert (early.status_code, early["Cache-Control"]) == (404, "private, no-store")
    assert "Anyborough" in early.content.decode(), "the site's own page for what is not found"

    assert remote.use_card(payment=payment, card=SUCCESS)
    resident.come_back(payment)
    assert resident.client.get(address).status_code == 200


def test_what_a_resident_wrote_is_never_html(paid, council):
    order = Order.objects.get()
    nasty = "<script>alert(1)</script>\r\nBcc: all@example.com"
    answers = [{"key": "a", "label": "<b>Why</b>", "value": nasty}]
    # A paid order can't be changed any more, so the line is made as if it had been ordered so.
    line = order.lines.first()
    line.description, line.answers = nasty[:100], answers
    order._prefetched_objects_cache = {"lines": [line]}
    receipt = build_receipt(order)

    html = BeautifulSoup(
        render_to_string("ims_wagtail/checkout/email/receipt.html", {"receipt": receipt}),
        "html.parser",
    )

    assert html.find("script") is None
    assert html.find("b") is None
    assert "<script>alert(1)</script>" in html.text


def test_answers_are_for_the_browser_that_gave_them(transactional_db, council):
    _form, response = answer(**ANSWERS)
    resident = Resident()
    resident.client.cookies = response.cookies
    payment = resident.begin_payment(
        resident.go_to_check(
            name="Ada", address_line_1="1 High Street", town="Anyborough", postcode="AN1 2BC"
        )
    )
    remote.use_card(payment=payment, card=SUCCESS)
    result = resident.come_back(payment)
    address = result.link("View, print or save")

    own, other = resident.visit(address), Resident().visit(address)

    assert "We come on Monday." in result.text
    assert "Which day?: 27 March 2026" in own.text
    assert "Which day?" not in other.text
    assert own.rows() == other.rows()


def test_a_welsh_receipt_has_a_welsh_date(paid):
    Order.objects.update(paid_at=datetime(2026, 1, 1, 12, 0, tzinfo=UTC))

    with translation.override("cy"):
        assert build_receipt(Order.objects.get()).when == "1 Ionawr 2026, 12:00"


@pytest.mark.parametrize(
    ("rate", "written"),
    [("0.2000", "20%"), ("0.0500", "5%"), ("0.0000", "0%"), ("0.1750", "17.5%"), ("1", "100%")],
)
def test_a_rate_is_written_as_people_write_it(rate, written):
    assert percentage(Decimal(rate)) == written


PENNIES = st.integers(min_value=1, max_value=10_000_000).map(lambda p: Decimal(p) / 100)
RATES = st.sampled_from([Decimal(rate) for rate in ("0.2", "0.05", "0", "0.175", "0.125")])


@given(st.lists(st.tuples(PENNIES, RATES), min_size=1, max_size=20))
def test_lines_vat_by_rate_and_total_always_agree(drawn):
    lines = []
    for gross, rate in drawn:
        split = split_vat(gross=gross, rate=rate)
        lines.append(ReceiptLine("", "", "", split.net, rate, split.vat, gross, ()))

    totals = vat_totals(lines)

    assert [t.vat_rate for t in totals] == sorted({rate for _gross, rate in drawn}, reverse=True)
    for total in totals:
        assert total.net + total.vat == total.gross
    for part in ("net", "vat", "gross"):
        assert sum(getattr(t, part) for t in totals) == sum(getattr(line, part) for line in lines)
    assert sum(total.gross for total in totals) == sum(gross for gross, _rate in drawn)
