"""Money that leaves again without our doing: what was not captured, and disputes that were lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import suspense_fund, vat_rate
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.services import Posted, post
from ims_wagtail.money import ZERO, split_vat


def take_from(
    *,
    posting: Posting,
    amount: Decimal,
    source: str,
    narrative: str,
    extra: Sequence[Line] = (),
    at: datetime | None = None,
    of: Sequence[Transaction] | None = None,
    kind: PostingKind = PostingKind.CHARGEBACK,
    by: Any = None,
) -> Posted:
    """Post that so many pounds of a payment have gone, as a chargeback, once for each ``source``.

    Each line gives up what it still has, in order. What was refunded or moved before is not there
    to be taken, so the rest stands against suspense until a person has sorted it out. ``extra``
    lines, such as a fee, are posted with it. ``of`` names the lines of the posting when the money
    was not in all of them, ``by`` whoever found out. Runs inside the caller's transaction.
    """
    at = at or timezone.now()
    lines = list(posting.lines.order_by("line_number") if of is None else of)
    left = available(line.pk for line in lines)
    taken = []
    rest = amount
    for line in lines:
        part = min(left[line.pk], rest)
        if part > 0:
            taken.append(minus(line, part, narrative))
            rest -= part
    if rest:
        taken.append(from_suspense(lines[0], rest, narrative, at))
    return post(kind=kind, source=source, lines=[*taken, *extra], at=at, by=by)


def minus(line: Transaction, amount: Decimal, narrative: str) -> Line:
    """Return the line that takes so many pounds off a line of the book."""
    return Line(
        fund_id=line.fund_id,
        account_reference=line.account_reference,
        method_id=line.method_id,
        amount=-amount,
        vat_code_id=line.vat_code_id,
        vat_rate=line.vat_rate,
        vat_amount=-split_vat(gross=amount, rate=line.vat_rate).vat,
        receipt_number=line.receipt_number,
        narrative=narrative,
        psp_reference=line.psp_reference,
        corrects_id=line.pk,
    )


def from_suspense(line: Transaction, amount: Decimal, narrative: str, at: datetime) -> Line:
    """Return the line that takes off suspense what a line of the book no longer has."""
    fund = suspense_fund()
    rate = vat_rate(fund.vat_code, accounting_date(at))
    return replace(
        minus(line, amount, narrative),
        fund_id=fund.pk,
        vat_code_id=fund.vat_code_id,
        vat_rate=rate,
        vat_amount=-split_vat(gross=amount, rate=rate).vat or ZERO,
        corrects_id=None,
    )
