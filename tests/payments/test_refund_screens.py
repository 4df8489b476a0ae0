"""Refunds as officers meet them: asking, seeing, and being told why not."""

from decimal import Decimal

import pytest

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.refunds.deciding import subject_of
from tests.casebook import cases
from tests.payments.refunding import (
    approve_refund,
    ask_for,
    lines_of,
    make_paid,
    posting_of,
    refunded,
)
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import column, read, table


SEES = (
    "ims_ledger.view_transaction",
    "ims_payments.view_order",
    "ims_payments.view_refund",
)


@pytest.fixture
def officer(council):
    return logged_in(make_person(*SEES, "ims_payments.request_refund", funds=(ALL_FUNDS,)))


def form_of(attempt):
    return f"/admin/income/refunds/request/{posting_of(attempt).pk}/"


def typed(attempt, *amounts, **values):
    lines = {
        f"line_{line.pk}": amount for line, amount in zip(lines_of(attempt), amounts, strict=False)
    }
    return {"route": "card", "reason": "Paid twice", **lines, **values}


def words(response):
    return " ".join(response.content.decode().split())


def test_an_officer_refunds_from_the_page_of_the_payment(council, officer):
    attempt = make_paid(council)
    for page in (
        f"/admin/income/postings/inspect/{posting_of(attempt).pk}/",
        f"/admin/income/orders/inspect/{attempt.order_id}/",
    ):
        assert read(officer.get(page)).links["Refund"] == form_of(attempt)

    shown = table(officer.get(form_of(attempt)))
    assert [row["Can be refunded"] for row in shown] == ["£100.00", "£45.50"]
    response = officer.post(form_of(attempt), typed(attempt, "20.00", "45.50"))
    refund = Refund.objects.get()
    assert response.url == f"/admin/income/refunds/inspect/{refund.pk}/"
    assert (refund.amount, refund.state) == (Decimal("65.50"), RefundState.REQUESTED)
    page = officer.get(response.url)
    facts = read(page).facts
    assert facts["Amount"] == "£65.50"
    assert facts["State"] == "Waiting for approval"
    assert facts["Reason"] == "Paid twice"
    assert column(page, "Amount") == ["£20.00", "£45.50"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": ""}, "This field is required"),
        ({"amounts": ("100.01", "0")}, "Only £100.00 can still be refunded"),
        ({"amounts": ("one", "")}, "pounds and pence in figures"),
        ({"amounts": ("-5.00", "")}, "pounds and pence in figures"),
        ({"amounts": ("", "0.00")}, "Enter an amount for at least one line"),
        ({"route": "bank"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked_for(council, officer, changes, told):
    attempt = make_paid(council)
    amounts = changes.pop("amounts", ("1.00", ""))
    response = officer.post(form_of(attempt), typed(attempt, *amounts, **changes))
    assert response.status_code == 422
    assert told in words(response)
    assert not Refund.objects.exists()


def test_fs083_the_button_is_absent_with_the_reason_and_the_form_says_it_too(
    council, officer, asker
):
    attempt = make_paid(council)
    ask_for(attempt, by=asker)
    page = officer.get(f"/admin/income/postings/inspect/{posting_of(attempt).pk}/")
    assert "Refund" not in read(page).links
    assert "All of it has been refunded, moved, or is held" in words(page)
    form = officer.get(form_of(attempt))
    assert "All of it has been refunded" in words(form)
    assert '<button type="submit" class="button">Ask for' not in words(form)


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "transaction.refund_enabled",
        corrected={"pending refund blocks the button": "a refund on its way holds its own money"},
    ),
)
def test_a_refund_on_its_way_leaves_the_rest_to_be_refunded(
    case, correction, council, officer, asker
):
    attempt = make_paid(council)
    ask_for(attempt, case["input"]["pending"][0].removeprefix("-"), by=asker)

    page = read(officer.get(f"/admin/income/postings/inspect/{posting_of(attempt).pk}/"))

    assert page.links["Refund"] == form_of(attempt)


def test_fs083_a_bank_account_is_offered_where_the_card_is_closed(council, officer):
    attempt = make_paid(council, card="No refunds")
    page = officer.get(form_of(attempt))
    assert "does not refund this payment to the card" in words(page)
    account = {"payee_name": "A Brook", "sort_code": "30-94-3", "account_number": "1234567"}
    wrong = officer.post(form_of(attempt), typed(attempt, "5.00", route="bank", **account))
    assert "Enter the six digits of the sort code" in words(wrong)
    account |= {"sort_code": "30-94-30", "account_number": "01234567"}
    officer.post(form_of(attempt), typed(attempt, "5.00", route="bank", **account))
    refund = Refund.objects.get()
    assert refund.route == RefundRoute.BANK
    payee = refund.payee
    assert (payee.name, payee.sort_code, payee.account_number) == ("A BROOK", "309430", "01234567")
    assert "01234567" not in str(list(AuditEntry.objects.values_list("after", flat=True)))
    assert "01234567" not in words(officer.get(f"/admin/income/refunds/inspect/{refund.pk}/"))
    assert "Nothing here can tell whether the bank has such an account" in words(page)
    may = (*SEES, "ims_payments.approve_refund", "ims_payments.view_refundpayee")
    second = logged_in(make_person(*may, funds=(ALL_FUNDS,)))
    shown = words(second.get(f"/admin/income/refunds/inspect/{refund.pk}/"))
    assert "A BROOK, 309430, 01234567" in shown
    assert "not whether the bank has such an account" in shown


def test_only_lines_of_the_own_funds_can_be_refunded(council):
    attempt = make_paid(council)
    fund = council.council_tax.fund
    client = logged_in(make_person(*SEES, "ims_payments.request_refund", funds=(fund,)))
    assert column(client.get(form_of(attempt)), "Account reference") == ["301122331"]
    client.post(form_of(attempt), typed(attempt, "5.00", "5.00"))
    assert Refund.objects.get().amount == Decimal("5.00")


def test_without_the_right_there_is_no_form(council):
    attempt = make_paid(council)
    client = logged_in(make_person(*SEES, funds=(ALL_FUNDS,)))
    page = client.get(f"/admin/income/postings/inspect/{posting_of(attempt).pk}/")
    assert "Refund" not in read(page).links
    assert client.get(form_of(attempt)).status_code == 302
    assert client.post(form_of(attempt), typed(attempt, "5.00")).status_code == 302
    assert not Refund.objects.exists()


def test_the_page_of_a_refund_tells_its_story(council, officer, asker, approver, later):
    attempt = make_paid(council)
    refund = refunded(attempt, asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    page = officer.get(f"/admin/income/refunds/inspect/{refund.pk}/")
    assert read(page).facts["State"] == "Refunded"
    assert column(page, "What", 1) == ["Asked for", "Approved", "Sent", "Refunded"]
    assert read(page).facts["In the book"].startswith("Refund, ")


def test_a_refund_its_approval_and_its_posting_lead_to_each_other(council, asker, approver, later):
    attempt = make_paid(council)
    refund = refunded(attempt, asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    approval = for_subject(subject_of(refund))
    paid = f"/admin/income/postings/inspect/{posting_of(attempt).pk}/"
    back = Posting.objects.get(source=f"refund:{refund.pk}")
    posted = f"/admin/income/postings/inspect/{back.pk}/"
    clerk = logged_in(make_person(*SEES, "ims_approvals.view_approval", funds=(ALL_FUNDS,)))

    page = read(clerk.get(f"/admin/income/refunds/inspect/{refund.pk}/"))
    assert page.links["Approved"] == f"/admin/income/approvals/inspect/{approval.pk}/"
    assert posted in page.links.values()
    page = read(clerk.get(posted))
    assert f"/admin/income/refunds/inspect/{refund.pk}/" in page.links.values()
    first = lines_of(attempt)[0]
    assert page.links[f"corrects {first.reference}"] == paid
    page = read(clerk.get(paid))
    order = attempt.order
    assert page.links[f"Payment {order.reference}"] == f"/admin/income/orders/inspect/{order.pk}/"
    listed = clerk.get(page.links["Its transactions, with refunds"])
    assert set(column(listed, "Kind")) == {"Payment", "Refund"}


def test_without_the_right_an_approval_is_named_and_not_linked(council, officer, asker, approver):
    refund = refunded(make_paid(council), asker=asker, approver=approver)
    page = read(officer.get(f"/admin/income/refunds/inspect/{refund.pk}/"))
    assert page.facts["Approval"] == "Approved"
    assert "Approved" not in page.links


def test_what_people_do_with_a_refund_is_told_with_their_names(council, officer, asker, approver):
    refund = refunded(make_paid(council), asker=asker, approver=approver)
    officer.post(f"/admin/income/refunds/check/{refund.pk}/")
    page = officer.get(f"/admin/income/refunds/inspect/{refund.pk}/")
    assert "Provider asked" in column(page, "What", 1)


def test_refunds_that_need_a_person_stand_on_a_list_until_they_are_dealt_with(
    council, officer, asker, approver, later
):
    attempt = make_paid(council)
    lost = refunded(attempt, "6.62", asker=asker, approver=approver)
    address = "/admin/income/refunds-attention/"
    assert column(officer.get(address), "Refund number") == [lost.reference]
    assert column(officer.get(address), "State") == ["Nobody knows yet whether it was made"]
    officer.post(f"/admin/income/refunds/check/{lost.pk}/")
    assert column(officer.get(address), "Refund number") == []

    refused = refunded(attempt, "6.61", asker=asker, approver=approver)
    assert refused.state == RefundState.FAILED
    assert column(officer.get(address), "Why") == [
        "Refused by the provider: sandbox_refund_refused"
    ]
    officer.post(f"/admin/income/refunds/deal/{refused.pk}/")
    assert column(officer.get(address), "Refund number") == []
    story = officer.get(f"/admin/income/refunds/inspect/{refused.pk}/")
    assert any("sandbox_refund_refused" in detail for detail in column(story, "Detail", 1))


def test_the_list_is_narrowed_and_added_up(council, officer, asker, approver):
    first, second = make_paid(council), make_paid(council, "30.00")
    ask_for(first, "10.00", "5.00", by=asker)
    approve_refund(ask_for(second, "7.00", by=asker), by=approver)
    address = "/admin/income/refunds/"
    assert sorted(column(officer.get(address), "Amount")) == ["£15.00", "£7.00"]
    assert column(officer.get(f"{address}?state=approved"), "Amount") == ["£7.00"]
    receipt = second.order.reference
    assert column(officer.get(f"{address}?receipt={receipt}"), "Amount") == ["£7.00"]
    assert "£22.00" in words(officer.get(address))
    fund = council.council_tax.fund
    client = logged_in(make_person("ims_payments.view_refund", funds=(fund,)))
    assert sorted(column(client.get(address), "Amount")) == ["£10.00", "£7.00"]
