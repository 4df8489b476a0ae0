"""What the list of differences can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    LondonDateRangeFilter,
    NativeDateInput,
    ReferenceFilter,
    StaffFilterSet,
)
from ims_wagtail.payments.enums import DifferenceKind
from ims_wagtail.payments.models import Difference, MerchantAccount


class Show(TextChoices):
    """The parts of the list."""

    OPEN = "open", _("To be explained")
    CLOSED = "closed", _("Closed")
    ALL = "all", _("All")


class DifferenceFilterSet(StaffFilterSet):
    show = django_filters.ChoiceFilter(
        label=_("Show"), choices=Show, empty_label=None, method="of_part", widget=forms.Select
    )
    account = django_filters.ModelChoiceFilter(
        label=_("Merchant account"),
        queryset=MerchantAccount.objects.order_by("code"),
        empty_label=_("Any"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=DifferenceKind, empty_label=_("Any"), widget=forms.Select
    )
    day = django_filters.DateFilter(
        field_name="comparison__day", label=_("Day"), widget=NativeDateInput
    )
    reference = ReferenceFilter(label=_("Our reference"))
    closed_at = LondonDateRangeFilter(label=_("Closed"))

    class Meta:
        model = Difference
        fields: list[str] = []

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        if not data.get("show"):
            data = data.copy()
            data["show"] = Show.OPEN.value
        super().__init__(data, *args, **kwargs)

    def of_part(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one part of the list."""
        if value == Show.ALL:
            return rows
        return rows.filter(closed_at__isnull=value == Show.OPEN)
