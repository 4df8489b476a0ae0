"""What the lists of orders and attempts can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    fund_filter,
    payment_type_filter,
)
from ims_wagtail.access.policy import scope_of

from .enums import OrderState
from .models import Order, OrderContact, OrderLine


class OrderFilterSet(StaffFilterSet):
    """Filters on lines and payers go through subqueries: a join would repeat orders."""

    reference = ReferenceFilter(label=_("Receipt number"))
    account_reference = django_filters.CharFilter(
        label=_("Account reference"), method="with_account"
    )
    email = django_filters.CharFilter(
        label=_("Payer's e-mail"), method="of_payer", help_text=_("In full")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrderState, empty_label=_("Any"))
    fund = fund_filter("ims_payments.view_order", method="with_fund")
    total = AmountFilter(field_name="seen_total", label=_("Total"))
    created_at = LondonDateRangeFilter(label=_("Created"))
    paid_at = LondonDateRangeFilter(label=_("Paid"))
    payment_type = payment_type_filter("ims_payments.view_order", method="for_payment_type")
    page = django_filters.NumberFilter(label=_("Number of the page"), method="from_page")

    class Meta:
        model = Order
        fields: list[str] = []

    def with_account(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep orders with a line for the account, in a fund the reader works in."""
        lines = self._lines().filter(account_reference=value.strip().upper())
        return rows.filter(pk__in=lines.values("order"))

    def with_fund(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep orders with a line in the fund."""
        return rows.filter(pk__in=OrderLine.objects.filter(fund=value).values("order"))

    def for_payment_type(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep orders with a line of the payment type."""
        return rows.filter(pk__in=OrderLine.objects.filter(payment_type=value).values("order"))

    def from_page(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep orders with a line that was put into the basket on a page."""
        return rows.filter(pk__in=self._lines().filter(page_id=value).values("order"))

    def of_payer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep orders of the payer; nothing for readers who may not know payers."""
        scope = scope_of(self._request().user, "ims_ledger.view_payerdetails")
        known = OrderLine.objects.all()
        if not scope.every:
            known = known.filter(fund_id__in=scope.fund_ids)
        payers = OrderContact.objects.filter(
            email__iexact=value.strip(), order__in=known.values("order")
        )
        return rows.filter(pk__in=payers.values("order"))

    def _lines(self) -> QuerySet[OrderLine]:
        scope = scope_of(self._request().user, "ims_payments.view_order")
        lines = OrderLine.objects.all()
        return lines if scope.every else lines.filter(fund_id__in=scope.fund_ids)

    def _request(self) -> HttpRequest:
        if self.request is None:
            raise ValueError("these filters need the request, to know who reads")
        return self.request
