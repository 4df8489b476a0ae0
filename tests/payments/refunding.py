"""A payment that was made, one person who asks for its refund and another who approves it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve
from ims_wagtail.ledger.models import Hold, Posting, Transaction
from ims_wagtail.payments.enums import EventSource, RefundRoute
from ims_wagtail.payments.models import Attempt, Refund
from ims_wagtail.payments.posting import source_of
from ims_wagtail.payments.providers.sandbox import remote_refunds
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.refunds.bank import Payee
from ims_wagtail.payments.refunds.requesting import RefundWish, request_refund
from ims_wagtail.payments.refunds.sending import send_refund
from ims_wagtail.payments.services import settle, start_payment
from tests.payments.making import Council, make_order, use_card
from tests.staff.people import ALL_FUNDS, make_person


PAYEE = Payee(name="A BROOK", sort_code="309430", account_number="01234567")


def make_asker(**values: Any) -> Any:
    """Somebody who may ask for refunds in every fund."""
    return make_person("ims_payments.request_refund", **{"funds": (ALL_FUNDS,)} | values)


def make_approver(**values: Any) -> Any:
    """Somebody who may approve refunds in every fund."""
    return make_person("ims_payments.approve_refund", **{"funds": (ALL_FUNDS,)} | values)


def make_paid(council: Council, amount: str = "", card: str = "Success", **values: Any) -> Attempt:
    """A payment that was made and posted: £145.50 on two lines, or one amount on one."""
    attempt = start_payment(order=make_order(council, amount, **values)).attempt
    use_card(attempt, card)
    return settle(attempt_id=attempt.pk, source=EventSource.RETURN)


def posting_of(attempt: Attempt) -> Posting:
    """The posting of a payment."""
    return Posting.objects.get(source=source_of(attempt))


def lines_of(attempt: Attempt) -> list[Transaction]:
    """The lines of a payment's posting, in order."""
    return list(posting_of(attempt).lines.order_by("line_number"))


def ask_for(
    attempt: Attempt,
    *amounts: str,
    by: Any,
    route: RefundRoute = RefundRoute.CARD,
    reason: str = "Paid twice",
) -> Refund:
    """Ask to refund so much of each line, in order; all of every line when not told."""
    lines = lines_of(attempt)
    wanted = amounts or tuple(str(line.amount) for line in lines)
    return ask_for_lines(
        attempt,
        {
            line.pk: Decimal(amount)
            for line, amount in zip(lines, wanted, strict=False)
            if Decimal(amount)
        },
        by=by,
        route=route,
        reason=reason,
    )


def ask_for_lines(
    attempt: Attempt,
    amounts: Mapping[int, Decimal],
    *,
    by: Any,
    route: RefundRoute = RefundRoute.CARD,
    reason: str = "Paid twice",
) -> Refund:
    """Ask to refund pounds by line."""
    wish = RefundWish(
        posting=posting_of(attempt),
        route=route,
        amounts=amounts,
        reason=reason,
        payee=PAYEE if route == RefundRoute.BANK else None,
    )
    return request_refund(wish=wish, by=by)


def approve_refund(refund: Refund, *, by: Any) -> Refund:
    """Let a second person approve; nothing is sent yet."""
    approval = for_subject(f"refund:{refund.pk}")
    assert approval is not None
    approve(approval_id=approval.pk, by=by)
    refund.refresh_from_db()
    return refund


def refunded(attempt: Attempt, *amounts: str, asker: Any, approver: Any) -> Refund:
    """Ask, approve and send; the sandbox then says that it is on its way."""
    refund = approve_refund(ask_for(attempt, *amounts, by=asker), by=approver)
    return send_refund(refund_id=refund.pk)


def refund_in_console(attempt: Attempt, amount: str) -> SandboxRefund:
    """Refund in the pretend provider's own console."""
    payment = SandboxPayment.objects.get(reference=attempt.reference)
    made = remote_refunds.refund_in_console(payment=payment, amount=Decimal(amount))
    assert made is not None
    return made


def given_back(attempt: Attempt) -> Decimal:
    """What the pretend provider has given back, or is about to."""
    refunds = SandboxRefund.objects.filter(payment__reference=attempt.reference)
    return sum((refund.amount for refund in refunds.exclude(state="error")), Decimal("0.00"))


def net(attempt: Attempt) -> list[Decimal]:
    """What the book holds of each line of a payment after its corrections."""
    return [
        line.amount + sum((c.amount for c in line.corrections.all()), Decimal("0.00"))
        for line in lines_of(attempt)
    ]


def held() -> Decimal:
    """All money that is held for something under way."""
    return sum((hold.amount for hold in Hold.objects.all()), Decimal("0.00"))
