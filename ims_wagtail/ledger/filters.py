"""What the transaction list can be narrowed by."""

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
)
from ims_wagtail.access.policy import funds_for
from ims_wagtail.funds.models import FundGroup, MethodOfPayment

from .enums import TAKINGS_KINDS, PostingKind
from .models import Transaction


#: The value of the kind filter that stands for all kinds by which money comes or goes.
TAKINGS = "takings"


def groups_in_scope(request: HttpRequest) -> QuerySet[FundGroup]:
    """Return the fund groups that hold a fund whose transactions the reader may see."""
    own = funds_for(request.user, "ims_ledger.view_transaction")
    # A subquery, never a join: a join would offer a group once for each of its funds.
    within = FundGroup.funds.through.objects.filter(fund__in=own.values("pk"))
    return FundGroup.objects.filter(pk__in=within.values("fundgroup")).order_by("name")


class TransactionFilterSet(StaffFilterSet):
    """Every filter is in the address, so that a list can be kept as a bookmark."""

    receipt_number = ReferenceFilter(label=_("Receipt number"))
    reference = ReferenceFilter(label=_("Transaction reference"))
    account_reference = ReferenceFilter(label=_("Account reference"))
    amount = AmountFilter(label=_("Amount"))
    entered_at = LondonDateRangeFilter(label=_("Date"))
    fund = fund_filter("ims_ledger.view_transaction")
    fund_group = django_filters.ModelChoiceFilter(
        label=_("Fund group"),
        queryset=groups_in_scope,
        empty_label=_("Any"),
        method="of_group",
    )
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

    def of_group(self, rows: QuerySet[Any], name: str, value: FundGroup | None) -> QuerySet[Any]:
        """Keep the funds of a group; which of them the reader sees is settled elsewhere."""
        return rows if value is None else rows.filter(fund__in=value.funds.all())

    def of_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one kind, or everything that a day's takings count."""
        kinds = TAKINGS_KINDS if value == TAKINGS else (value,)
        return rows.filter(posting__kind__in=kinds)
