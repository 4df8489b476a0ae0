"""Refunds to bank accounts: checked, put into a file once, posted when the bank has paid."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundFile
from ims_wagtail.payments.refunds.bank import PayeeError, check_payee
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.files import confirm_file, give_up, make_file, mark_returned
from tests.payments.making import breaches
from tests.payments.refunding import approve_refund, ask_for, held, make_paid, net
from tests.payments.test_refund_races import at_once
from tests.staff.people import ALL_FUNDS, logged_in, make_person


FILES = tuple(f"ims_payments.{verb}_refundfile" for verb in ("view", "add", "change"))


@pytest.fixture
def clerk(council):
    return make_person(*FILES, "ims_payments.request_refund", funds=(ALL_FUNDS,))


@pytest.fixture
def to_bank(council, asker, approver):
    """A function that makes an approved refund to a bank account."""

    def make(*amounts):
        attempt = make_paid(council, card="No refunds")
        asked = ask_for(attempt, *amounts, by=asker, route=RefundRoute.BANK)
        return approve_refund(asked, by=approver)

    return make


def rows(client, made):
    response = client.get(f"/admin/income/refund-files/download/{made.pk}/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_file_holds_every_approved_refund_once_and_stays_the_same(to_bank, clerk):
    first, second = to_bank("10.00"), to_bank("0", "45.50")
    made = make_file(by=clerk)
    assert (made.number, made.total) == (1, Decimal("55.50"))
    client = logged_in(clerk)
    shown = rows(client, made)
    assert shown == [
        ["Sort code", "Account number", "Name", "Amount", "Reference"],
        ["309430", "01234567", "A BROOK", "10.00", first.reference],
        ["309430", "01234567", "A BROOK", "45.50", second.reference],
    ]
    third = to_bank("5.00")
    assert rows(client, made) == shown
    assert make_file(by=clerk).number == 2
    third.refresh_from_db()
    assert third.state == RefundState.SUBMITTED
    with pytest.raises(RefundRefused, match="No refund waits"):
        make_file(by=clerk)
    assert AuditEntry.objects.filter(action="download").count() == 2
    assert not breaches()


def test_a_refund_is_posted_when_the_bank_has_paid_and_not_before(to_bank, clerk, mailoutbox):
    refund = to_bank()
    made = make_file(by=clerk)
    assert net(refund.attempt) == [Decimal("100.00"), Decimal("45.50")]
    assert held() == Decimal("145.50")
    confirm_file(file_id=made.pk, by=clerk)
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert net(refund.attempt) == [0, 0]
    assert held() == 0
    with pytest.raises(RefundRefused, match="already"):
        confirm_file(file_id=made.pk, by=clerk)
    assert not breaches()


def test_what_the_bank_returns_can_be_refunded_again(to_bank, clerk, asker):
    before, after = to_bank(), to_bank()
    made = make_file(by=clerk)
    mark_returned(refund_id=before.pk, by=clerk, why="Account closed")
    confirm_file(file_id=made.pk, by=clerk)
    mark_returned(refund_id=after.pk, by=clerk, why="No such account")
    states = Refund.objects.order_by("pk").values_list("state", "problem")
    assert list(states) == [
        (RefundState.FAILED, "Returned by the bank: Account closed"),
        (RefundState.RETURNED, "Returned by the bank: No such account"),
    ]
    for refund in (before, after):
        assert net(refund.attempt) == [Decimal("100.00"), Decimal("45.50")]
        assert ask_for(refund.attempt, by=asker, route=RefundRoute.BANK)
        with pytest.raises(RefundRefused):
            mark_returned(refund_id=refund.pk, by=clerk, why="Twice")
    assert not breaches()


def test_an_approved_refund_may_be_given_up_until_it_is_sent(to_bank, clerk):
    refund, sent = to_bank(), to_bank()
    give_up(refund_id=refund.pk, by=clerk)
    make_file(by=clerk)
    refund.refresh_from_db()
    assert refund.state == RefundState.WITHDRAWN
    assert held() == Decimal("145.50")
    with pytest.raises(RefundRefused, match="has been sent"):
        give_up(refund_id=sent.pk, by=clerk)
    assert not breaches()


def test_twenty_who_make_a_file_at_once_make_one(to_bank, clerk):
    for _number in range(3):
        to_bank("1.00")

    def make(_place):
        try:
            return make_file(by=clerk)
        except RefundRefused:
            return None

    (made,) = [made for made in at_once(make) if made]
    assert made.refunds.count() == 3
    assert RefundFile.objects.count() == 1


def test_twenty_who_confirm_a_file_at_once_post_it_once(to_bank, clerk):
    refund = to_bank()
    made = make_file(by=clerk)

    def confirm(_place):
        try:
            return confirm_file(file_id=made.pk, by=clerk)
        except RefundRefused:
            return None

    assert len([done for done in at_once(confirm) if done]) == 1
    assert net(refund.attempt) == [0, 0]
    assert not breaches()


def test_a_file_is_for_who_works_in_every_fund_of_it(council, to_bank, clerk):
    to_bank("10.00", "5.00")
    fund = council.council_tax.fund
    partial = make_person(*FILES, funds=(fund,))
    with pytest.raises(RefundRefused, match="No refund waits"):
        make_file(by=partial)
    made = make_file(by=clerk)
    client = logged_in(partial)
    for path in ("inspect", "download"):
        assert client.get(f"/admin/income/refund-files/{path}/{made.pk}/").status_code == 404
    assert client.post(f"/admin/income/refund-files/confirm/{made.pk}/").status_code == 404


def test_the_screens_lead_from_waiting_to_paid(to_bank, clerk):
    refund = to_bank("10.00")
    client = logged_in(clerk)
    page = client.get("/admin/income/refund-files/make/").content.decode()
    assert "Make the file of £10.00" in page
    made = client.post("/admin/income/refund-files/make/")
    assert refund.reference in client.get(made.url).content.decode()
    client.post(f"/admin/income/refund-files/confirm/{RefundFile.objects.get().pk}/")
    client.post(f"/admin/income/refunds/returned/{refund.pk}/", {"why": "Closed"})
    refund.refresh_from_db()
    assert refund.state == RefundState.RETURNED


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A name of many letters"}, "name"),
        ({"name": "=SUM(A1)"}, "name"),
        ({"name": "1234"}, "name"),
        ({"sort_code": "30943"}, "sort_code"),
        ({"sort_code": "30/94/30"}, "sort_code"),
        ({"sort_code": "٣٠٩٤٣٠"}, "sort_code"),
        ({"account_number": "1234567"}, "account_number"),
        ({"account_number": "00000000"}, "account_number"),
    ],
)
def test_an_account_that_can_not_be_right_is_refused(typed, field):
    right = {"name": "A Brook", "sort_code": "30-94-30", "account_number": "0123 4567"}
    with pytest.raises(PayeeError) as refused:
        check_payee(**right | typed)
    assert refused.value.field == field


@given(name=st.text(), sort_code=st.text(), number=st.text())
def test_whatever_is_typed_a_checked_account_fits_the_file_and_runs_nothing(
    name, sort_code, number
):
    try:
        payee = check_payee(name=name, sort_code=sort_code, account_number=number)
    except PayeeError:
        return
    assert 1 <= len(payee.name) <= 18
    assert payee.name[0] not in "=+-@"
    assert len(payee.sort_code) == 6
    assert len(payee.account_number) == 8
