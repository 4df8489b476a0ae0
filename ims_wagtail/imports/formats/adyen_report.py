"""Adyen: its settlement detail report, as CSV, one batch in a file.

Source: docs.adyen.com, Settlement details report, structure.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import Row

from .contract import Field, Format, Problem
from .headed import Record
from .settlements import Money, SettlementReader, adds_up, in_pounds, iso_day, pounds


_PAYMENTS = (
    "Settled",
    "Refunded",
    "RefundedReversed",
    "Chargeback",
    "ChargebackReversed",
    "SecondChargeback",
)
#: What moves between Adyen and the council alone.
_OTHERS = (
    "Balancetransfer",
    "BankInstructionReturned",
    "DepositCorrection",
    "EpaPaid",
    "Fee",
    "InvoiceDeduction",
    "ManualCorrected",
    "MatchedStatement",
    "MerchantPayout",
    "MiscCosts",
    "PaymentCost",
)
_FEES = ("Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)")


class AdyenReader(SettlementReader):
    """Reads one report."""

    needed = (
        "Merchant Account",
        "Psp Reference",
        "Merchant Reference",
        "Creation Date",
        "Type",
        "Modification Reference",
        "Gross Currency",
        "Gross Debit (GC)",
        "Gross Credit (GC)",
        "Net Currency",
        "Net Debit (NC)",
        "Net Credit (NC)",
        *_FEES,
        "Batch Number",
    )

    def meaning(self, record: Record) -> Row | Problem | None:
        self.totals.account = self.totals.account or record["Merchant Account"]
        batch = record["Batch Number"]
        self.totals.sequence = self.totals.sequence or batch
        if batch != self.totals.sequence:
            return record.wrong("Batch Number", self.totals.sequence or _("a number"))
        kind, psp = record["Type"], record["Psp Reference"]
        if kind in _OTHERS:
            return None
        if kind not in _PAYMENTS:
            return record.wrong("Type", ", ".join(_PAYMENTS))
        if not psp:
            return record.wrong("Psp Reference", _("a reference"))
        in_pounds(record, "Gross Currency", "Net Currency")
        credit, debit = pounds(record, "Gross Credit (GC)"), pounds(record, "Gross Debit (GC)")
        net = pounds(record, "Net Credit (NC)") - pounds(record, "Net Debit (NC)")
        money = Money(credit - debit, pounds(record, *_FEES), net)
        return Row(
            number=record.number,
            raw=record.raw,
            reference=record["Merchant Reference"],
            amount=adds_up(record, money, "Net Credit (NC)"),
            date=iso_day(record, "Creation Date"),
            narrative=f"Adyen {kind} {psp}",
            external_id=f"{kind}/{record['Modification Reference'] or psp}",
            psp_reference=psp,
        )


ADYEN_REPORT = Format(
    key="adyen-report",
    name=gettext_lazy("Adyen, settlement detail report"),
    open=AdyenReader,
    sample="adyen-report.csv",
    settles=True,
    fields=(
        Field("Psp Reference", gettext_lazy("PSP reference")),
        Field("Merchant Reference", gettext_lazy("Our reference of the payment")),
        Field("Gross Credit, Gross Debit (GC)", gettext_lazy("Pounds in and out")),
        Field(
            "Net Credit, Net Debit (NC)",
            gettext_lazy("Gross less commission, markup, scheme fees and interchange, checked"),
        ),
        Field("Type", gettext_lazy("Settled, refunds and chargebacks are rows; fees are not")),
        Field("Batch Number", gettext_lazy("One in a file; a batch comes once")),
    ),
)
