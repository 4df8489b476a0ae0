"""What the list of corrections can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    fund_filter,
)
from ims_wagtail.access.policy import scope_of

from .enums import CorrectionKind, CorrectionState
from .kinds import VIEW
from .models import Correction, CorrectionGive, CorrectionTake


class CorrectionFilterSet(StaffFilterSet):
    """Filters on both sides go through subqueries: a join would repeat corrections."""

    reference = ReferenceFilter(label=_("Correction number"))
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=CorrectionKind, empty_label=_("Any")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=CorrectionState, empty_label=_("Any")
    )
    undoes = django_filters.ChoiceFilter(
        label=_("Undoing"),
        choices=[("yes", _("Only what undoes another")), ("no", _("Only what does not"))],
        empty_label=_("Any"),
        method="is_undo",
    )
    account = django_filters.CharFilter(
        label=_("Account reference"), method="of_account", help_text=_("Of either side, in full")
    )
    receipt = django_filters.CharFilter(
        label=_("Receipt number"), method="of_receipt", help_text=_("Of the money, in full")
    )
    upload = ReferenceFilter(field_name="upload__reference", label=_("File of journals"))
    fund = fund_filter(VIEW, method="with_fund")
    amount = AmountFilter(field_name="amount", label=_("Amount"))
    requested_at = LondonDateRangeFilter(label=_("Asked for"))

    class Meta:
        model = Correction
        fields: list[str] = []

    def is_undo(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep corrections that undo a posting, or those that don't."""
        return rows.filter(undoes__isnull=value == "no")

    def of_account(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep corrections with the account on either side, in the reader's funds."""
        typed = value.strip().upper()
        takes = CorrectionTake.objects.filter(transaction__account_reference=typed)
        gives = CorrectionGive.objects.filter(account_reference=typed)
        scope = scope_of(self.request.user, VIEW)
        if not scope.every:
            takes = takes.filter(transaction__fund_id__in=scope.fund_ids)
            gives = gives.filter(fund_id__in=scope.fund_ids)
        return rows.filter(
            Q(pk__in=takes.values("correction")) | Q(pk__in=gives.values("correction"))
        )

    def of_receipt(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep corrections of money that came with a receipt number."""
        typed = value.strip().upper()
        takes = CorrectionTake.objects.filter(transaction__receipt_number=typed)
        scope = scope_of(self.request.user, VIEW)
        if not scope.every:
            takes = takes.filter(transaction__fund_id__in=scope.fund_ids)
        return rows.filter(pk__in=takes.values("correction"))

    def with_fund(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep corrections about the fund."""
        about = Correction.funds.through.objects.filter(fund=value)
        return rows.filter(pk__in=about.values("correction"))
