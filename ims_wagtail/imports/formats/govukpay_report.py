"""GOV.UK Pay: its CSV of transactions, as the admin site gives it.

Source: alphagov/pay-ledger, the headings and display names of its CSV of transactions.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import DateFormat
from ims_wagtail.imports.rows import Row

from .contract import Field, Format, Problem
from .headed import Record
from .settlements import Money, SettlementReader, WrongCell, adds_up, pounds
from .values import NotAValue, date_reader


_ID, _TOTAL, _STATE, _DAY = "GOV.UK Payment ID", "Total Amount", "State", "Date Created"
_PAID, _REFUNDED = "Success", "Refund success"
_NOTHING_MOVED = (
    "In progress",
    "Declined",
    "Timed out",
    "Cancelled",
    "Error",
    "Refund submitted",
    "Refund error",
)
_read_day = date_reader(DateFormat.MONTH_NAMES)


class GovUkPayReader(SettlementReader):
    """Reads one report."""

    needed = ("Reference", "Amount", _STATE, _ID, _DAY, _TOTAL)

    def meaning(self, record: Record) -> Row | Problem | None:
        state = record[_STATE]
        if state in _NOTHING_MOVED:
            return None
        if state not in (_PAID, _REFUNDED):
            return record.wrong(_STATE, ", ".join((_PAID, _REFUNDED, *_NOTHING_MOVED)))
        if not record[_ID]:
            return record.wrong(_ID, _("an id"))
        gross = pounds(record, _TOTAL if record[_TOTAL] else "Amount", blank=False)
        if (gross < 0) != (state == _REFUNDED):
            return record.wrong(_TOTAL, _("refunds below nothing, payments above"))
        if record["Net"]:
            adds_up(record, Money(gross, pounds(record, "Fee"), pounds(record, "Net")), "Net")
        refund = record["Provider ID"] or f"{record[_DAY]} {record['Time Created']}"
        return Row(
            number=record.number,
            raw=record.raw,
            # The apostrophe keeps spreadsheets from taking a text for a formula.
            reference=record["Reference"].removeprefix("'"),
            amount=gross,
            date=_day(record),
            narrative=f"GOV.UK Pay {record[_ID]}",
            external_id=f"{record[_ID]}/{refund}" if state == _REFUNDED else record[_ID],
            psp_reference=record[_ID],
        )


def _day(record: Record) -> date:
    try:
        # Newer Java writes four letters for one month.
        return _read_day(record[_DAY].replace("Sept", "Sep"))
    except NotAValue as error:
        raise WrongCell(record.wrong(_DAY, str(error))) from error


GOVUKPAY_REPORT = Format(
    key="govukpay-report",
    name=gettext_lazy("GOV.UK Pay, report of transactions"),
    open=GovUkPayReader,
    sample="govukpay-report.csv",
    settles=True,
    fields=(
        Field(_ID, gettext_lazy("PSP reference")),
        Field("Reference", gettext_lazy("Our reference of the payment")),
        Field("Total Amount", gettext_lazy("Pounds with the surcharge; refunds are negative")),
        Field("Fee, Net", gettext_lazy("Where there are any: total less fee is net, checked")),
        Field(_STATE, gettext_lazy("Success and Refund success are rows; others moved no money")),
        Field(_DAY, gettext_lazy("The day: 22 Nov 2026")),
    ),
)
