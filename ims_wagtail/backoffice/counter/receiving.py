"""Taking what was gathered in cash, cheques and postal orders, at the counter or by post."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.accounts.stops import takes_no_cheques
from ims_wagtail.backoffice.taking.drafts import Draft
from ims_wagtail.backoffice.taking.gathering import Judged
from ims_wagtail.backoffice.taking.services import record, request_of
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import ZERO, split_vat
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.ordering import OrderLineRequest
from ims_wagtail.payments.receiving import Part, receive

from .models import CashierSession, ChequeDetails, CounterReceipt, Tender
from .tendering import Paid, Piece, Shared, TenderRefused, share


def take(
    *,
    user: Any,
    draft: Draft,
    judged: Judged,
    paid: Paid,
    channel: Channel,
    session: CashierSession | None,
    received_on: date | None = None,
) -> Order:
    """Post what was gathered as received, once, and return the paid order.

    It belongs to ``session``, without which nothing is taken at the counter and no cash at all.
    What came by post is dated ``received_on``. Raises ``TenderRefused`` when the pieces can't pay
    the lines or the session is closed meanwhile, and what ``payments.receiving.receive`` raises.
    Never inside a transaction.
    """
    if session is None and (channel == Channel.COUNTER or paid.cash):
        raise TenderRefused(_("Open a session at this office first."))
    lines = draft.shopping.lines
    shared = share(
        amounts=[line.amount for line in lines],
        paid=paid,
        no_cheques=no_cheque_lines(lines, judged),
    )
    parts = [part for each in shared for part in each.parts]
    request = request_of(user=user, draft=draft, judged=judged, channel=channel)

    def also(order: Order, posting: Posting) -> None:
        if session is not None:
            _hold_open(session)
        _write(order, posting, session=session, paid=paid, shared=shared)
        record(
            user=user,
            action="take at the counter" if channel == Channel.COUNTER else "enter by post",
            order=order,
        )

    return receive(
        replace(request, lines=_with_vat_of_parts(request.lines, parts)),
        parts=parts,
        at=_moment(received_on),
        also=also,
    )


def no_cheque_lines(lines: Sequence[BasketLine], judged: Judged) -> frozenset[int]:
    """Return which lines, counted from 1, are for an account that takes no cheques."""
    return frozenset(
        number
        for number, line in enumerate(lines, start=1)
        if (good := judged.good.get(line.pk)) and takes_no_cheques(good.account)
    )


def _hold_open(session: CashierSession) -> None:
    """Keep a session from being closed until the caller's transaction ends."""
    same = CashierSession.objects.select_for_update(no_key=True).filter(
        pk=session.pk, closed_at__isnull=True
    )
    if same.first() is None:
        raise TenderRefused(_("The session was closed meanwhile. Nothing was taken."))


def _write(
    order: Order,
    posting: Posting,
    *,
    session: CashierSession | None,
    paid: Paid,
    shared: Sequence[Shared],
) -> None:
    receipt = CounterReceipt.objects.create(
        order=order,
        posting=posting,
        session=session,
        cash_given=paid.cash_given,
        change=paid.change,
    )
    tenders, line = [], 1
    for number, each in enumerate(shared, start=1):
        last = line + len(each.parts) - 1
        tenders.append(
            Tender(
                receipt=receipt,
                number=number,
                method=each.piece.method,
                amount=each.piece.amount,
                first_line=line,
                last_line=last,
            )
        )
        line = last + 1
    written = Tender.objects.bulk_create(tenders)
    ChequeDetails.objects.bulk_create(
        _details(tender, each.piece)
        for tender, each in zip(written, shared, strict=True)
        if each.piece is not paid.cash
    )


def _details(tender: Tender, piece: Piece) -> ChequeDetails:
    return ChequeDetails(
        tender=tender,
        drawer=piece.drawer,
        sort_code=piece.sort_code,
        account_number=piece.account_number,
        number=piece.number,
    )


def _with_vat_of_parts(
    lines: Sequence[OrderLineRequest], parts: Sequence[Part]
) -> tuple[OrderLineRequest, ...]:
    """Let the receipt show the VAT that is posted: each part is rounded by itself."""
    vat: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for part in parts:
        rate = lines[part.number - 1].vat_rate
        vat[part.number] += split_vat(gross=part.amount, rate=rate).vat
    return tuple(
        replace(line, vat_amount=vat[number]) for number, line in enumerate(lines, start=1)
    )


def _moment(received_on: date | None) -> datetime:
    """Return when money was received: now, or on the day it came by post, at noon."""
    if received_on is None or received_on == accounting_date():
        return timezone.now()
    return datetime.combine(received_on, time(12), tzinfo=LONDON)
