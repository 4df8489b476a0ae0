"""GOV.UK Pay: its CSV of one payout, the payments and refunds that came to the bank together.

Amounts are in whole pence. What the payout comes to is the sum of the net ones: that is the line to
look for on the bank statement.

Source: alphagov/pay-toolbox, the CSV of a payout, GOVUK_PAY_PAYOUT_<day>.csv.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.clock import accounting_date
from ims_wagtail.imports.rows import Row

from .contract import Field, Format, Problem
from .headed import Record
from .settlements import Money, SettlementReader, WrongCell, adds_up
from .values import NotAValue, pence_reader


_ID, _REFERENCE, _KIND = "GOV.UK Pay external ID", "GOV.UK Pay reference", "Transaction Type"
_MOMENT, _OF_PAYMENT = "Transaction Date", "Refunded for GOV.UK Pay external ID"
_STATUS, _ARRIVES = "Payout status", "Payout estimated arrival"
_PAYMENT, _REFUND = "PAYMENT", "REFUND"
#: The council never got these.
_LOST = ("FAILED", "CANCELED")
_read_pence = pence_reader(2)


class GovUkPayPayoutReader(SettlementReader):
    """Reads the report of one payout."""

    needed = (_ID, _REFERENCE, _KIND, _MOMENT, "Amount", "Net", _OF_PAYMENT, _STATUS, _ARRIVES)

    def meaning(self, record: Record) -> Row | Problem | None:
        kind = record[_KIND]
        if kind not in (_PAYMENT, _REFUND):
            return record.wrong(_KIND, f"{_PAYMENT}, {_REFUND}")
        if record[_STATUS] in _LOST:
            return record.wrong(_STATUS, _("a payout that reached the bank"))
        arrives = _day(record, _ARRIVES)
        if self.totals.date is not None and self.totals.date != arrives:
            return record.wrong(_ARRIVES, _("one payout in a file"))
        self.totals.date = arrives
        payment = record[_OF_PAYMENT if kind == _REFUND else _ID]
        if not record[_ID] or not payment:
            return record.wrong(_OF_PAYMENT if record[_ID] else _ID, _("an id"))
        gross = _pence(record, "Amount")
        if (gross < 0) != (kind == _REFUND):
            return record.wrong("Amount", _("refunds below nothing, payments above"))
        money = Money(gross, _pence(record, "Fee", blank=True), _pence(record, "Net"))
        return Row(
            number=record.number,
            raw=record.raw,
            reference=record[_REFERENCE],
            amount=adds_up(record, money, "Net"),
            date=_day(record, _MOMENT),
            narrative=f"GOV.UK Pay {payment}, in the payout of {arrives}",
            external_id=record[_ID],
            psp_reference=payment,
        )


def _day(record: Record, column: str) -> date:
    """Return the London day of a moment such as ``2026-11-20T10:15:00.000Z``."""
    try:
        moment = datetime.fromisoformat(record[column])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongCell(record.wrong(column, "2026-11-20T10:15:00.000Z"))
    return accounting_date(moment)


def _pence(record: Record, column: str, *, blank: bool = False) -> Decimal:
    text = record[column]
    if not text and blank:
        return Decimal("0.00")
    try:
        return _read_pence(text)
    except NotAValue as error:
        raise WrongCell(record.wrong(column, str(error))) from error


GOVUKPAY_PAYOUT = Format(
    key="govukpay-payout",
    name=gettext_lazy("GOV.UK Pay, report of a payout"),
    open=GovUkPayPayoutReader,
    sample="govukpay-payout.csv",
    settles=True,
    fields=(
        Field(_ID, gettext_lazy("PSP reference of a payment; the number of a refund")),
        Field(_OF_PAYMENT, gettext_lazy("PSP reference of a refund: the payment it is of")),
        Field(_REFERENCE, gettext_lazy("Our reference of the payment")),
        Field(_KIND, "PAYMENT, REFUND"),
        Field(_MOMENT, gettext_lazy("The day in London: 2026-11-20T10:15:00.000Z")),
        Field("Amount, Fee, Net", gettext_lazy("Whole pence; amount less fee is net, checked")),
        Field(_STATUS, gettext_lazy("A payout that failed or was cancelled is refused")),
        Field(_ARRIVES, gettext_lazy("The day the payout is at the bank; one payout a file")),
    ),
)
