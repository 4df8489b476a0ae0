"""What the transaction list can be narrowed by."""

from typing import Any

import django_filters
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


#: The value of the kind filter that stands for all kinds by which money comes or goes.
TAKINGS = "takings"


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
        label=_("Kind"),
        choices=[(TAKINGS, _("Takings: money in and out")), *PostingKind.choices],
        empty_label=_("Any"),
        method="of_kind",
    )

    class Meta:
        model = Transaction
        fields: list[str] = []

    def of_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one kind, or everything that a day's takings count."""
        kinds = TAKINGS_KINDS if value == TAKINGS else (value,)
        return rows.filter(posting__kind__in=kinds)
