"""What a dispute writes into the book. Every function runs inside the caller's transaction."""

from datetime import datetime

from django.utils import timezone

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import suspense_fund, vat_rate
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import reverse
from ims_wagtail.money import split_vat
from ims_wagtail.payments.models import Dispute
from ims_wagtail.payments.posting import source_of
from ims_wagtail.payments.taking_back import take_from


NOT_POSTED = "Lost, but its payment is not in the book: look at the payment"


def source_of_dispute(dispute: Dispute) -> str:
    """Return the key under which a lost dispute posts, once."""
    return f"dispute:{dispute.pk}"


def post_lost(dispute: Dispute) -> bool:
    """Post that the money of a lost dispute has gone, and its fee; return whether just now.

    The payment's lines give up what they still have; the rest, and a fee without an account of
    its own, stand against suspense.
    """
    attempt = dispute.attempt
    paid = Posting.objects.filter(source=source_of(attempt)).first() if attempt else None
    if paid is None:
        Dispute.objects.filter(pk=dispute.pk).update(problem=NOT_POSTED)
        return False
    at = timezone.now()
    return take_from(
        posting=paid,
        amount=dispute.amount,
        source=source_of_dispute(dispute),
        narrative=f"Dispute {dispute.provider_id} lost",
        extra=_fee(dispute, paid, at),
        at=at,
    ).created


def give_back_won(dispute: Dispute) -> bool:
    """Take back the entries of a dispute that was lost and then won; return whether just now."""
    posting = Posting.objects.filter(source=source_of_dispute(dispute)).first()
    if posting is None:
        return False
    return reverse(
        posting=posting,
        source=f"{source_of_dispute(dispute)}:won",
        narrative=f"Dispute {dispute.provider_id} won after all",
    ).created


def _fee(dispute: Dispute, paid: Posting, at: datetime) -> list[Line]:
    if not dispute.fee:
        return []
    account = dispute.account
    fund = account.fee_fund or suspense_fund()
    rate = vat_rate(fund.vat_code, accounting_date(at))
    line = paid.lines.earliest("line_number")
    return [
        Line(
            fund_id=fund.pk,
            account_reference=account.fee_reference or dispute.provider_id[:36],
            method_id=line.method_id,
            amount=-dispute.fee,
            vat_code_id=fund.vat_code_id,
            vat_rate=rate,
            vat_amount=-split_vat(gross=dispute.fee, rate=rate).vat,
            receipt_number=line.receipt_number,
            narrative=f"Fee of dispute {dispute.provider_id}",
            psp_reference=line.psp_reference,
        )
    ]
