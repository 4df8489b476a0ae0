"""What the list of rows as they were received can be narrowed by."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    DayRangeFilter,
    LondonDateRangeFilter,
    StaffFilterSet,
)
from ims_wagtail.access.policy import scope_of
from ims_wagtail.imports.enums import ImportKind, RowOutcome
from ims_wagtail.imports.models import ImportRow, ImportType
from ims_wagtail.imports.policy import EveryFundPolicy
from ims_wagtail.imports.tracing import SEE_ROWS, row_of, rows_of_posting
from ims_wagtail.ledger.lookups import containing
from ims_wagtail.ledger.models import Transaction


#: Rows that came before that are shown when a day is asked for.
LATELY = timedelta(days=92)


def types_in_scope(request: HttpRequest) -> QuerySet[ImportType]:
    """Return the import types whose rows the reader may see."""
    types = EveryFundPolicy(ImportType)._within(scope_of(request.user, SEE_ROWS))
    return types.filter(kind=ImportKind.TRANSACTIONS).order_by("name")


class ReceivedFilterSet(StaffFilterSet):
    """Rows of the last three months, unless days are asked for."""

    import_type = django_filters.ModelChoiceFilter(
        field_name="of_import__import_type",
        label=_("Import type"),
        queryset=types_in_scope,
        empty_label=_("Any"),
    )
    account = django_filters.CharFilter(
        field_name="of_import__account",
        lookup_expr="icontains",
        label=_("Bank account"),
        help_text=_("Any part of its number"),
    )
    date = DayRangeFilter(label=_("Date of the row"))
    received = LondonDateRangeFilter(
        field_name="of_import__received_at",
        label=_("File received"),
        help_text=_("The last three months, unless you say days here or above"),
    )
    amount = AmountFilter(label=_("Amount"))
    text = django_filters.CharFilter(
        label=_("Text"), method="with_text", help_text=_("Any part of what was received")
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"), choices=RowOutcome, empty_label=_("Any")
    )
    reference = django_filters.CharFilter(
        label=_("Transaction reference"),
        method="that_became",
        help_text=_("Of the line in the book that it became, in full"),
    )
    posting = django_filters.NumberFilter(
        label=_("Posting"), method="of_posting", help_text=_("The number in its address")
    )

    class Meta:
        model = ImportRow
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        if any(asked.get(name) for name in ("date", "received", "reference", "posting")):
            return rows
        return rows.filter(of_import__received_at__gt=timezone.now() - LATELY)

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep rows that hold what was typed, as they came or as rules left them."""
        typed = value.strip()
        return rows.filter(
            Q(raw__icontains=typed) | containing("narrative", typed) | containing("payer", typed)
        )

    def that_became(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the row that became a line of the book."""
        line = Transaction.objects.filter(reference=value.strip().upper()).first()
        return rows.filter(pk__in=row_of(line).values("pk")) if line else rows.none()

    def of_posting(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep the rows that became those of a posting."""
        return rows.filter(rows_of_posting(int(value)))
