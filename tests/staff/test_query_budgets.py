"""Every staff list asks the database as often for many rows as for few."""

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ims_wagtail.access import audit
from ims_wagtail.funds.models import FundGroup
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post
from tests.factories import make_account_holder, make_payment_type, make_stop_message

from .council import (
    make_allocation,
    make_application,
    make_approval,
    make_attempt,
    make_checked_import,
    make_correction,
    make_difference,
    make_dispute,
    make_import_rule,
    make_journal_upload,
    make_known_payer,
    make_line,
    make_many_payments,
    make_order,
    make_payment,
    make_request_file,
    make_request_to_pay,
    make_suspense_item,
)
from .counter import make_cashed_up_session
from .people import every_income_permission, logged_in, make_person


pytestmark = pytest.mark.django_db

#: The most questions a screen may ask. Session, person, permissions and menu take about ten.
BUDGETS = {
    "/admin/income/": 33,
    "/admin/income/reports/": 13,
    "/admin/income/reports/daily-takings/": 15,
    "/admin/income/reports/by-user/": 15,
    "/admin/income/reports/unallocated/": 15,
    "/admin/income/reports/page-conversion/": 16,
    "/admin/income/transactions/": 20,
    "/admin/income/orders/": 15,
    "/admin/income/staff-payments/": 15,
    "/admin/income/applications/": 15,
    "/admin/income/requests-to-pay/": 15,
    "/admin/income/request-files/": 15,
    "/admin/income/take-a-payment/": 17,
    "/admin/income/cashier-sessions/": 15,
    "/admin/income/counter/": 15,
    "/admin/income/refunds/": 14,
    "/admin/income/refund-batches/": 13,
    "/admin/income/corrections/": 14,
    "/admin/income/corrections/transfer/": 15,
    "/admin/income/journal-uploads/": 14,
    "/admin/income/journal-uploads/upload/": 12,
    "/admin/income/suspense/": 15,
    "/admin/income/suspense-allocations/": 13,
    "/admin/income/known-payers/": 13,
    "/admin/income/refund-files/": 14,
    "/admin/income/refunds-attention/": 13,
    "/admin/income/attention/": 13,
    "/admin/income/waiting/": 13,
    "/admin/income/differences/": 14,
    "/admin/income/disputes/": 13,
    "/admin/income/approvals/": 18,
    "/admin/income/account-holders/": 14,
    "/admin/income/stop-messages/": 14,
    "/admin/income/payment-types/": 14,
    "/admin/income/funds/": 13,
    "/admin/income/fund-groups/": 13,
    "/admin/income/audit/": 14,
    "/admin/income/looks/": 14,
    "/admin/income/evidence/": 14,
    "/admin/income/closed-months/": 12,
    "/admin/income/imports/": 14,
    "/admin/income/imports/upload/": 12,
    "/admin/income/rows-received/": 15,
    "/admin/income/import-types/": 14,
    "/admin/income/importrules/": 15,
    "/admin/income/health/": 48,
}


def fill(council, number: int, round_: str) -> None:
    department = council.alpha
    make_many_payments(department.fund, council.method, number=number, prefix=round_)
    for n in range(min(number, 60)):
        name = f"{round_}{n}"
        order = make_order(department.payment_type, word=name)
        attempt = make_attempt(
            order, council.account, problem="problem", next_check_at=timezone.now()
        )
        make_difference(attempt)
        make_dispute(attempt)
        make_cashed_up_session(by=f"cashier of {round_}")
        stop = make_stop_message(fund=department.fund, code=name)
        make_account_holder(
            fund=department.fund, reference=name.upper(), stop_message=stop, balance="1.00"
        )
        payment_type = make_payment_type(name, fund=department.fund)
        make_application(payment_type, word=name)
        make_request_to_pay(payment_type, word=name)
        make_request_file(payment_type, word=name)
        make_approval(department.fund, word=name)
        make_journal_upload(department.fund, word=name)
        make_checked_import(department.fund, council.method, word=name)
        make_import_rule(name)
        posting = make_payment(department.fund, council.method, source=f"pay:{name}")
        make_correction(posting)
        make_allocation(make_suspense_item(department.fund, posting), word=name)
        make_known_payer(department.fund, word=name)
        FundGroup.objects.create(name=name).funds.add(department.fund)
        audit.record(
            user=None, action="change", obj=department.fund, fund=department.fund, after={"a": n}
        )


def questions(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@time_machine.travel(timezone.now(), tick=False)
def test_lists_and_dashboard_ask_no_more_for_many_rows_than_for_few(council):
    # The clock stands still: what is remembered for a while is not to run out on a busy machine.
    client = logged_in(make_person(*every_income_permission(), funds=(council.alpha.fund,)))
    client.get("/admin/income/")  # what a process asks once, such as content types
    fill(council, 10, "few")
    few = {url: questions(client, url) for url in BUDGETS}
    fill(council, 500, "many")
    many = {url: questions(client, url) for url in BUDGETS}

    assert many == few
    assert {url: n for url, n in many.items() if n > BUDGETS[url]} == {}


def test_a_posting_asks_no_more_for_many_lines_and_a_long_story(council):
    client = logged_in(make_person(*every_income_permission(), funds=(council.alpha.fund,)))
    short = make_order(council.alpha.payment_type)
    long = make_order(*[council.alpha.payment_type] * 12)
    # What is asked once, such as the council's own details.
    client.get(f"/admin/income/postings/inspect/{council.alpha.posting.pk}/")
    asked = []
    for order in (short, long):
        for number in range(1, order.lines.count() + 1):
            attempt = make_attempt(
                order,
                council.account,
                number=number,
                reference=f"{order.reference}-{number}",
                token_hash=f"{order.pk} {number}",
                provider_id=f"{order.pk} {number}",
            )
        with transaction.atomic():
            posting = post(
                kind=PostingKind.PAYMENT,
                source=f"attempt:{attempt.pk}",
                lines=[make_line(council.alpha.fund, council.method)] * order.lines.count(),
            ).posting
        asked.append(questions(client, f"/admin/income/postings/inspect/{posting.pk}/"))
        asked.append(questions(client, f"/admin/income/orders/inspect/{order.pk}/"))

    assert asked[:2] == asked[2:]
    assert max(asked) <= 48
