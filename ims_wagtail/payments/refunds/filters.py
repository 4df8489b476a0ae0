"""What the list of refunds can be narrowed by."""

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
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundLine


class RefundFilterSet(StaffFilterSet):
    """Filters on lines go through subqueries: a join would repeat refunds."""

    reference = ReferenceFilter(label=_("Refund number"))
    receipt = django_filters.CharFilter(
        label=_("Receipt number"), method="of_receipt", help_text=_("Of the payment, in full")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=RefundState, empty_label=_("Any"))
    route = django_filters.ChoiceFilter(label=_("Route"), choices=RefundRoute, empty_label=_("Any"))
    fund = fund_filter("ims_payments.view_refund", method="with_fund")
    amount = AmountFilter(field_name="amount", label=_("Amount"))
    requested_at = LondonDateRangeFilter(label=_("Asked for"))

    class Meta:
        model = Refund
        fields: list[str] = []

    def of_receipt(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep refunds of the payment with a receipt number."""
        lines = RefundLine.objects.filter(transaction__receipt_number=value.strip().upper())
        return rows.filter(pk__in=lines.values("refund"))

    def with_fund(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep refunds with a line in the fund."""
        lines = RefundLine.objects.filter(transaction__fund=value)
        return rows.filter(pk__in=lines.values("refund"))
