"""What the queue can be narrowed by; above all whose turn it is."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    LondonDateRangeFilter,
    StaffFilterSet,
    fund_filter,
)

from . import kinds
from .enums import ApprovalState
from .models import Approval, ApprovalFund
from .selectors import may_decide_at_all, waiting_for


class Show(TextChoices):
    """The parts of the queue."""

    DECIDE = "decide", _("Waiting for me")
    ASKED = "asked", _("Asked by me")
    WAITING = "waiting", _("All that wait")
    DECIDED = "decided", _("Decided")
    ALL = "all", _("All")


def shown_first(user: Any) -> Show:
    """Return the part a person sees first: what waits for them, if anything ever can."""
    return Show.DECIDE if may_decide_at_all(user) else Show.ALL


class ApprovalFilterSet(StaffFilterSet):
    show = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=Show,
        empty_label=None,
        method="of_part",
        widget=forms.Select,
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=kinds.choices, empty_label=_("Any"), widget=forms.Select
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=ApprovalState, empty_label=_("Any"), widget=forms.Select
    )
    fund = fund_filter("ims_approvals.view_approval", method="with_fund")
    amount = AmountFilter(label=_("Amount"))
    requested_at = LondonDateRangeFilter(label=_("Asked for"))

    class Meta:
        model = Approval
        fields: list[str] = []

    def __init__(self, data: Any, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        if not data.get("show"):
            data = data.copy()
            data["show"] = shown_first(request.user).value
        super().__init__(data, *args, request=request, **kwargs)

    def of_part(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one part of the queue."""
        user = self.request.user
        match value:
            case Show.DECIDE:
                return rows.filter(pk__in=waiting_for(user))
            case Show.ASKED:
                return rows.filter(requested_by=user)
            case Show.WAITING:
                return rows.filter(state=ApprovalState.WAITING)
            case Show.DECIDED:
                return rows.exclude(state=ApprovalState.WAITING)
        return rows

    def with_fund(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Keep requests about the fund; by a subquery, since a join would repeat rows."""
        return rows.filter(pk__in=ApprovalFund.objects.filter(fund=value).values("approval"))
