"""What the lists of suspense can be narrowed by."""

from datetime import timedelta
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
)
from ims_wagtail.access.policy import scope_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.lookups import containing

from .enums import Age, Due, KnownPayerState, Show
from .models import Allocation, AllocationGive, AllocationTake, KnownPayer, SuspenseItem
from .selectors import of_age, overdue


class SuspenseFilterSet(StaffFilterSet):
    """Items with money left, unless something else is asked for."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=Show, empty_label=_("With money left"), method="to_show"
    )
    age = django_filters.ChoiceFilter(
        label=_("Age"), choices=Age, empty_label=_("Any"), method="of_age"
    )
    received_at = LondonDateRangeFilter(label=_("Received"))
    account = django_filters.CharFilter(
        label=_("Account reference"), method="with_account", help_text=_("Any part of it")
    )
    narrative = django_filters.CharFilter(
        label=_("Narrative"),
        method="with_narrative",
        help_text=_("Any part of it; * stands for anything between two parts"),
    )
    amount = AmountFilter(label=_("Amount"))
    owner = django_filters.ChoiceFilter(
        label=_("Looked after by"),
        choices=[("me", _("Me")), ("nobody", _("Nobody")), ("others", _("Somebody else"))],
        empty_label=_("Any"),
        method="of_owner",
    )
    person = django_filters.CharFilter(
        label=_("Looked after by whom"), method="of_person", help_text=_("Their user name in full")
    )
    due = django_filters.ChoiceFilter(
        label=_("Due"), choices=Due, empty_label=_("Any"), method="that_is_due"
    )
    kind = django_filters.ChoiceFilter(
        field_name="transaction__posting__kind",
        label=_("Came by"),
        choices=PostingKind,
        empty_label=_("Any"),
    )
    source = django_filters.CharFilter(
        field_name="transaction__posting__source",
        lookup_expr="startswith",
        label=_("Source"),
        help_text=_("Its start, such as import:12"),
    )
    reference = ReferenceFilter(
        field_name="transaction__reference", label=_("Transaction reference")
    )

    class Meta:
        model = SuspenseItem
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(cleared=False)

    def to_show(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep items in a state, which the book tells."""
        conditions = {
            Show.UNTOUCHED: Q(cleared=False, gone=0, held=0),
            Show.PART: Q(cleared=False) & ~Q(gone=0),
            Show.HELD: Q(cleared=False) & ~Q(held=0),
            Show.CLEARED: Q(cleared=True),
            Show.ALL: Q(),
        }
        return rows.filter(conditions[Show(value)])

    def of_age(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep items that have been there so long."""
        return rows.filter(of_age(Age(value)))

    def with_account(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep items whose account reference holds what was typed."""
        return rows.filter(containing("transaction__account_reference", value.strip()))

    def with_narrative(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep items whose narrative holds what was typed."""
        return rows.filter(containing("transaction__narrative", value.strip()))

    def of_owner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the reader's own items, those of nobody, or those of others."""
        if value == "nobody":
            return rows.filter(owner=None)
        mine = Q(owner=self.request.user)
        return rows.filter(mine) if value == "me" else rows.filter(~mine, owner__isnull=False)

    def of_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what one person looks after."""
        people = get_user_model()._default_manager.filter(username__iexact=value.strip())
        return rows.filter(owner__in=people)

    def that_is_due(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep items that are overdue, due within a week, or without a due date."""
        today = accounting_date()
        conditions = {
            Due.OVERDUE: overdue(),
            Due.WEEK: Q(due__range=(today, today + timedelta(days=7))),
            Due.NONE: Q(due=None),
        }
        return rows.filter(conditions[Due(value)])


class AllocationFilterSet(StaffFilterSet):
    """Filters on both sides go through subqueries: a join would repeat allocations."""

    reference = ReferenceFilter(label=_("Allocation number"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=CorrectionState, empty_label=_("Any")
    )
    item = django_filters.CharFilter(
        label=_("Transaction reference"), method="of_item", help_text=_("Of the item, in full")
    )
    account = django_filters.CharFilter(
        label=_("Account reference"), method="of_account", help_text=_("In full")
    )
    amount = AmountFilter(label=_("Amount"))
    requested_at = LondonDateRangeFilter(label=_("Asked for"))

    class Meta:
        model = Allocation
        fields: list[str] = []

    def of_item(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep allocations of one item."""
        takes = AllocationTake.objects.filter(item__transaction__reference=value.strip().upper())
        return rows.filter(pk__in=takes.values("allocation"))

    def of_account(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep allocations to an account, in funds whose allocations the reader sees."""
        gives = AllocationGive.objects.filter(account_reference=value.strip().upper())
        scope = scope_of(self.request.user, "ims_suspense.view_allocation")
        if not scope.every:
            gives = gives.filter(fund__in=scope.fund_ids)
        return rows.filter(pk__in=gives.values("allocation"))


class KnownPayerFilterSet(StaffFilterSet):
    """Names are stored in capitals, words and figures only."""

    name = django_filters.CharFilter(
        label=_("Name at the bank"), method="with_name", help_text=_("Any part of it")
    )
    account_reference = ReferenceFilter(label=_("Account reference"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=KnownPayerState, empty_label=_("Any")
    )

    class Meta:
        model = KnownPayer
        fields: list[str] = []

    def with_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep names that hold what was typed."""
        return rows.filter(containing("name", value.strip()))
