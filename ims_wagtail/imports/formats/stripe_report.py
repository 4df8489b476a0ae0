"""Stripe: its payout reconciliation report, itemised, as CSV.

Source: docs.stripe.com, Reports API, ``payout_reconciliation.itemized`` and reporting categories.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import Row

from .contract import Field, Format, Problem
from .headed import Record
from .settlements import Money, SettlementReader, adds_up, in_pounds, iso_day, pounds


_PAYMENTS = (
    "charge",
    "charge_failure",
    "dispute",
    "dispute_reversal",
    "partial_capture_reversal",
    "refund",
    "refund_failure",
)
#: What moves between Stripe and the council alone.
_OTHERS = (
    "contribution",
    "fee",
    "network_cost",
    "other_adjustment",
    "payout",
    "payout_minimum_balance_hold",
    "payout_minimum_balance_release",
    "payout_reversal",
    "reserve_transaction",
    "risk_reserved_funds",
    "tax",
    "topup",
    "topup_reversal",
    "transfer",
    "transfer_reversal",
)
#: Our reference of a payment, where the report was asked for it.
_OURS = ("client_reference_id", "payment_metadata[reference]")


class StripeReader(SettlementReader):
    """Reads one report."""

    needed = (
        "balance_transaction_id",
        "created",
        "reporting_category",
        "currency",
        "gross",
        "fee",
        "net",
        "charge_id",
        "payment_intent_id",
    )

    def meaning(self, record: Record) -> Row | Problem | None:
        category = record["reporting_category"]
        if category in _OTHERS:
            return None
        if category not in _PAYMENTS:
            return record.wrong("reporting_category", ", ".join(_PAYMENTS))
        if not record["balance_transaction_id"]:
            return record.wrong("balance_transaction_id", _("an id"))
        in_pounds(record, "currency")
        gross = pounds(record, "gross", blank=False)
        money = Money(gross, pounds(record, "fee"), pounds(record, "net", blank=False))
        theirs = record["payment_intent_id"] or record["charge_id"]
        return Row(
            number=record.number,
            raw=record.raw,
            reference=next((record[name] for name in _OURS if record[name]), ""),
            amount=adds_up(record, money, "net"),
            date=iso_day(record, "created"),
            narrative=f"Stripe {category} {theirs}",
            external_id=record["balance_transaction_id"],
            psp_reference=theirs[:64],
        )


STRIPE_REPORT = Format(
    key="stripe-report",
    name=gettext_lazy("Stripe, payout reconciliation, itemised"),
    open=StripeReader,
    sample="stripe-report.csv",
    settles=True,
    fields=(
        Field("balance_transaction_id", gettext_lazy("Stripe's number of the row")),
        Field(
            "client_reference_id, payment_metadata[reference]",
            gettext_lazy("Our reference: ask for one of these columns with the report"),
        ),
        Field("payment_intent_id, charge_id", gettext_lazy("PSP reference")),
        Field("gross, fee, net", gettext_lazy("Pounds; gross less fee is net, checked")),
        Field("currency", gettext_lazy("gbp; others are refused")),
        Field(
            "reporting_category",
            gettext_lazy("Charges, refunds and disputes are rows; fees and payouts are left aside"),
        ),
        Field("created", gettext_lazy("The day: 2026-11-22 with a time")),
    ),
)
