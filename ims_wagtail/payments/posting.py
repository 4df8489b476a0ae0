"""What a payment writes into the book. Every function runs inside the caller's transaction.

Nothing here asks whether an account may be paid: the money has been taken, so it is posted.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.funds.selectors import default_method, suspense_fund, vat_rate
from ims_wagtail.ledger.entries import Line, Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import post, reverse
from ims_wagtail.money import split_vat
from ims_wagtail.notifications.services import queue_email

from .enums import Channel
from .models import Attempt, Order, OrderContact
from .providers.contract import Observation
from .taking_back import take_from


_METHODS = {
    Channel.ONLINE: MethodKind.CARD_ONLINE,
    Channel.TELEPHONE: MethodKind.CARD_STAFF,
}


#: How far a provider's clock may be ahead of ours.
CLOCK_DIFFERENCE = timedelta(minutes=5)


def source_of(attempt: Attempt) -> str:
    """Return the key under which an attempt posts, once."""
    return f"attempt:{attempt.pk}"


def paid_at(*, attempt: Attempt, seen: Observation) -> datetime:
    """Return when the payment succeeded: it decides the accounting date, however late we look.

    A provider's time outside the life of the attempt is not believed.
    """
    now = timezone.now()
    if seen.paid_at and attempt.created_at - CLOCK_DIFFERENCE <= seen.paid_at <= now:
        return seen.paid_at
    return now


def post_to_accounts(*, attempt: Attempt, seen: Observation, at: datetime) -> None:
    """Post every line of the order to its account and queue the receipt."""
    order = attempt.order
    method = _method(order)
    post(
        kind=PostingKind.PAYMENT,
        source=source_of(attempt),
        at=at,
        by=order.taken_by,
        office=order.office,
        payer=_payer(attempt=attempt, seen=seen),
        lines=[
            *(
                Line(
                    fund_id=line.fund_id,
                    account_reference=line.account_reference,
                    method_id=method.pk,
                    amount=line.amount,
                    vat_code_id=line.vat_code_id,
                    vat_rate=line.vat_rate,
                    vat_amount=line.vat_amount,
                    receipt_number=order.reference,
                    narrative=line.description,
                    psp_reference=seen.provider_id,
                )
                for line in order.lines.all()
            ),
            *_surcharge(attempt=attempt, seen=seen, at=at, method=method),
        ],
    )
    contact = _contact(attempt)
    if contact and contact.email:
        queue_email(
            kind="payment_receipt",
            source=f"receipt:{order.pk}",
            recipient=contact.email,
            language=order.language,
            parameters={"order_id": order.pk},
        )


def post_to_suspense(*, attempt: Attempt, seen: Observation, at: datetime, why: str) -> None:
    """Post what the provider says it took to the suspense fund, with what was said at the time.

    Its receipt number is the attempt's own reference: the order's belongs to the payment that
    paid it.
    """
    post(
        kind=PostingKind.PAYMENT,
        source=source_of(attempt),
        at=at,
        by=attempt.order.taken_by,
        office=attempt.order.office,
        payer=_payer(attempt=attempt, seen=seen),
        lines=[
            _line(
                fund=suspense_fund(),
                account_reference=attempt.reference,
                amount=seen.amount + seen.surcharge,
                method=_method(attempt.order),
                receipt_number=attempt.reference,
                narrative=why[:200],
                seen=seen,
                at=at,
            )
        ],
    )


def take_back(*, attempt: Attempt) -> bool:
    """Reverse what an attempt posted; return whether that had paid its order.

    Nothing was posted when the amount was not in pounds.
    """
    posting = Posting.objects.filter(source=source_of(attempt)).first()
    if posting is None:
        return False
    source = f"{source_of(attempt)}:capture_failed"
    narrative = "The provider did not capture the payment"
    lines = list(posting.lines.all())
    if sum(available(line.pk for line in lines).values()) == posting.total:
        reverse(posting=posting, source=source, narrative=narrative)
    else:
        # Part of it was refunded or moved before: an exact reversal would take that twice.
        take_from(posting=posting, amount=posting.total, source=source, narrative=narrative)
    return posting.lines.filter(receipt_number=attempt.order.reference).exists()


def _method(order: Order) -> MethodOfPayment:
    return default_method(_METHODS[Channel(order.channel)])


def _surcharge(
    *, attempt: Attempt, seen: Observation, at: datetime, method: MethodOfPayment
) -> list[Line]:
    """Return the line of a corporate card's surcharge: received, so in the book; owed by nobody."""
    if not seen.surcharge:
        return []
    account = attempt.account
    return [
        _line(
            fund=account.surcharge_fund or suspense_fund(),
            account_reference=account.surcharge_reference or attempt.reference,
            amount=seen.surcharge,
            method=method,
            receipt_number=attempt.order.reference,
            narrative="Card surcharge",
            seen=seen,
            at=at,
        )
    ]


def _line(
    *,
    fund: Fund,
    account_reference: str,
    amount: Decimal,
    method: MethodOfPayment,
    receipt_number: str,
    narrative: str,
    seen: Observation,
    at: datetime,
) -> Line:
    rate = vat_rate(fund.vat_code, accounting_date(at))
    return Line(
        fund_id=fund.pk,
        account_reference=account_reference,
        method_id=method.pk,
        amount=amount,
        vat_code_id=fund.vat_code_id,
        vat_rate=rate,
        vat_amount=split_vat(gross=amount, rate=rate).vat,
        receipt_number=receipt_number,
        narrative=narrative,
        psp_reference=seen.provider_id,
    )


def _contact(attempt: Attempt) -> OrderContact | None:
    try:
        return attempt.order.contact
    except OrderContact.DoesNotExist:
        return None


def _payer(*, attempt: Attempt, seen: Observation) -> Payer:
    card = {"card_brand": seen.card_brand[:30], "card_last_four": seen.card_last_four[-4:]}
    contact = _contact(attempt)
    if contact is None:
        return Payer(**card)
    address = (
        contact.address_line_1,
        contact.address_line_2,
        contact.town,
        contact.county,
    )
    return Payer(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        address="\n".join(part for part in address if part),
        postcode=contact.postcode,
        **card,
    )
