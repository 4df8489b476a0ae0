"""What the transaction list can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    fund_filter,
)
from ims_wagtail.funds.models import MethodOfPayment

from .enums import TAKINGS_KINDS, PostingKind
from .models import Transaction


class TransactionFilterSet(StaffFilterSet):
    """Every filter is in the address, so that a list can be kept as a bookmark."""

    receipt_number = ReferenceFilter(label=_("Receipt number"))
    reference = ReferenceFilter(label=_("Transaction reference"))
    account_reference = ReferenceFilter(label=_("Account reference"))
    amount = AmountFilter(label=_("Amount"))
    entered_at = LondonDateRangeFilter(label=_("Date"))
    fund = fund_filter("ims_ledger.view_transaction")
    method = django_filters.ModelChoiceFilter(
        label=_("Method of payment"),
        queryset=MethodOfPayment.objects.order_by("code"),
        empty_label=_("Any"),
    )
    kind = django_filters.ChoiceFilter(
        field_name="posting__kind",
        label=_("Kind"),
        choices=PostingKind,
        empty_label=_("Any"),
    )
    takings = django_filters.BooleanFilter(
        label=_("Money in and out only"),
        help_text=_("Leaves out journals, transfers and allocations"),
        method="only_takings",
        widget=forms.CheckboxInput,
    )

    class Meta:
        model = Transaction
        fields: list[str] = []

    def only_takings(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep what a day's takings count."""
        return rows.filter(posting__kind__in=TAKINGS_KINDS) if value else rows
