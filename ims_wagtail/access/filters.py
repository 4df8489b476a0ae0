"""Filters of staff lists: scoped choices, native date inputs, no script."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.filters import WagtailFilterSet

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.money import AmountError, parse_amount

from .policy import funds_for


class NativeDateInput(forms.DateInput):
    """The browser's own date input: needs no script and knows the reader's calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class NativeDateRangeInput(SuffixedMultiWidget):
    """Two native date inputs: from and to."""

    template_name = "wagtailadmin/widgets/range_input.html"
    suffixes = ["from", "to"]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            (
                NativeDateInput({"aria-label": _("From")}),
                NativeDateInput({"aria-label": _("To")}),
            ),
            attrs,
        )

    def decompress(self, value: slice | None) -> list[Any]:
        return [value.start, value.stop] if value else [None, None]


class _DateRangeField(django_filters.fields.RangeField):
    widget = NativeDateRangeInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((forms.DateField(), forms.DateField()), *args, **kwargs)


class LondonDateRangeFilter(django_filters.RangeFilter):
    """Rows whose time lies on Europe/London days from one date to another, both included."""

    field_class = _DateRangeField

    def filter(self, rows: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        if value and value.start:
            rows = rows.filter(**{f"{self.field_name}__gte": _midnight(value.start)})
        if value and value.stop:
            after = _midnight(value.stop + timedelta(days=1))
            rows = rows.filter(**{f"{self.field_name}__lt": after})
        return rows


class DayRangeFilter(django_filters.RangeFilter):
    """Rows of days from one to another, both included."""

    field_class = _DateRangeField


class NativeTimeInput(forms.TimeInput):
    """The browser's own input of a time of day."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class NativeMomentInput(forms.DateTimeInput):
    """The browser's own input of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class _MomentField(forms.DateTimeField):
    """A moment as Europe/London shows it, whatever the reader's profile says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(LONDON):
            return super().to_python(value)


class NativeMomentRangeInput(NativeDateRangeInput):
    """Two native inputs of a day and a time: from and to."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets = [NativeMomentInput({"aria-label": label}) for label in (_("From"), _("To"))]
        SuffixedMultiWidget.__init__(self, widgets, attrs)


class _MomentRangeField(django_filters.fields.RangeField):
    widget = NativeMomentRangeInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((_MomentField(), _MomentField()), *args, **kwargs)


class LondonMomentRangeFilter(django_filters.RangeFilter):
    """Rows whose time lies between two moments, given as Europe/London shows them."""

    field_class = _MomentRangeField


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def funds_in_scope(permission: str) -> Callable[[HttpRequest], QuerySet[Fund]]:
    """Return the choices of a fund filter: the funds in which the reader has the permission."""

    def choices(request: HttpRequest) -> QuerySet[Fund]:
        return funds_for(request.user, permission).order_by("code")

    return choices


def fund_filter(permission: str, **options: Any) -> django_filters.ModelChoiceFilter:
    """Return a filter by fund that names no fund outside the reader's."""
    return django_filters.ModelChoiceFilter(
        label=_("Fund"), queryset=funds_in_scope(permission), empty_label=_("Any"), **options
    )


def payment_type_filter(permission: str, **options: Any) -> django_filters.ModelChoiceFilter:
    """Return a filter by payment type that names none of a fund outside the reader's."""

    def choices(request: HttpRequest) -> QuerySet[PaymentType]:
        own = funds_for(request.user, permission)
        return PaymentType.objects.filter(fund__in=own.values("pk")).order_by("name")

    return django_filters.ModelChoiceFilter(
        label=_("Payment type"), queryset=choices, empty_label=_("Any"), **options
    )


class StaffFilterSet(WagtailFilterSet):
    """The base of every staff list's filters."""

    @classmethod
    def filter_for_lookup(cls, field: Any, lookup_type: str) -> tuple[Any, dict[str, Any]]:
        filter_class, options = super().filter_for_lookup(field, lookup_type)
        if filter_class == django_filters.ChoiceFilter:
            # A select needs one tab stop, however many choices; Wagtail's radios need a screen.
            options["widget"] = forms.Select
        return filter_class, options


class ReferenceFilter(django_filters.CharFilter):
    """A reference typed in full, or its start with ``*`` after it; capitals don't matter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("In full, or the start of it and *"))
        super().__init__(*args, **kwargs)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        typed = value.strip().upper() if value else ""
        if not typed:
            return rows
        if typed.endswith("*"):
            return rows.filter(**{f"{self.field_name}__startswith": typed.rstrip("*")})
        return rows.filter(**{self.field_name: typed})


class _AmountField(forms.CharField):
    def clean(self, value: Any) -> Decimal | None:
        typed = (super().clean(value) or "").strip()
        if not typed:
            return None
        try:
            return parse_amount(typed.lstrip("-"))
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error


class AmountFilter(django_filters.Filter):
    """An amount as people write it; finds money in and money out of that size."""

    field_class = _AmountField

    def filter(self, rows: QuerySet[Any], value: Decimal | None) -> QuerySet[Any]:
        if value is None:
            return rows
        return rows.filter(**{f"{self.field_name}__in": [value, -value]})


class _AmountRangeInput(SuffixedMultiWidget):
    template_name = "wagtailadmin/widgets/range_input.html"
    suffixes = ["from", "to"]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets = [forms.TextInput({"aria-label": label}) for label in (_("From"), _("To"))]
        super().__init__(widgets, attrs)

    def decompress(self, value: slice | None) -> list[Any]:
        return [value.start, value.stop] if value else [None, None]


class _AmountRangeField(django_filters.fields.RangeField):
    widget = _AmountRangeInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((_AmountField(), _AmountField()), *args, **kwargs)


class AmountRangeFilter(django_filters.RangeFilter):
    """Amounts of a size from one to another, both included; money in and money out."""

    field_class = _AmountRangeField

    def filter(self, rows: QuerySet[Any], value: slice | None) -> QuerySet[Any]:
        if not value or (value.start is None and value.stop is None):
            return rows
        name = self.field_name
        low, high = value.start, value.stop
        if high is None:
            return rows.filter(Q(**{f"{name}__gte": low}) | Q(**{f"{name}__lte": -low}))
        if not low:
            return rows.filter(**{f"{name}__range": (-high, high)})
        sizes = Q(**{f"{name}__range": (low, high)}) | Q(**{f"{name}__range": (-high, -low)})
        return rows.filter(sizes)
