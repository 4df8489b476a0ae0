"""The list of what payers answered on payment pages, and its file with a column a question."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import F, Func, QuerySet, TextField
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import (
    LondonDateRangeFilter,
    StaffFilterSet,
    fund_filter,
    payment_type_filter,
)
from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.reading import note_read
from ims_wagtail.access.views import ScopedIndexView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .models import OrderLine


VIEW = "ims_payments.view_orderline"
#: A file for more questions than these has them in one column: nobody could read it.
MOST_COLUMNS = 60


class AnswerColumn(Column):
    """What was answered to one question."""

    def __init__(self, question: str, place: int) -> None:
        super().__init__(f"answer-{place}", label=question)
        self.question = question

    def get_value(self, instance: OrderLine) -> str:
        """Return the answers; a question may have been asked twice under one name."""
        return "; ".join(
            answer["value"] for answer in instance.answers if answer["label"] == self.question
        )


class AnswersColumn(Column):
    """All answers of a line, each with its question."""

    def get_value(self, instance: OrderLine) -> str:
        """Return them in the order they were asked."""
        return "; ".join(f"{answer['label']}: {answer['value']}" for answer in instance.answers)


class _Label(Func):
    """The question of every answer of a line: as many rows as there are answers."""

    template = "jsonb_array_elements(%(expressions)s)->>'label'"
    output_field = TextField()
    set_returning = True


class AnswerFilterSet(StaffFilterSet):
    """Answers are looked for by what was paid, where and when."""

    payment_type = payment_type_filter(VIEW)
    page_title = django_filters.CharFilter(label=_("Page"), lookup_expr="icontains")
    fund = fund_filter(VIEW)
    paid_at = LondonDateRangeFilter(field_name="order__paid_at", label=_("Paid"))

    class Meta:
        model = OrderLine
        fields: list[str] = []


class AnswerIndexView(ScopedIndexView):
    """Answers to payments that were made; a look and a file are noted, as they may be personal."""

    any_permission_required = ["view"]
    page_title = _("Answers")
    empty_says = _("Nobody has answered a question of a payment page yet.")

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset().exclude(answers=[])
        return rows.exclude(order__paid_at=None).select_related("order")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        what = ReadWhat.FILE if self.is_export else ReadWhat.PAGE
        response = super().get(request, *args, **kwargs)
        note_read(user=request.user, what=what, obj=OrderLine)
        return response

    @cached_property
    def columns(self) -> Sequence[Any]:
        columns = super().columns
        questions = self._questions() if self.is_export else []
        if not questions:
            return columns
        own = [AnswerColumn(question, place) for place, question in enumerate(questions)]
        return [*(each for each in columns if not isinstance(each, AnswersColumn)), *own]

    def _questions(self) -> list[str]:
        """Return the questions of what is shown, those of the newest first; none if too many."""
        rows = self.get_queryset()
        labels = rows.order_by().annotate(label=_Label(F("answers"))).values_list("label")
        known = {label for (label,) in labels.distinct()[: MOST_COLUMNS + 1]}
        if len(known) > MOST_COLUMNS:
            return []
        newest = rows.first()
        first = [answer["label"] for answer in newest.answers] if newest else []
        return list(dict.fromkeys([*(each for each in first if each in known), *sorted(known)]))


class AnswerViewSet(ScopedModelViewSet):
    """What payers answered on payment pages."""

    model = OrderLine
    name = "answers"
    icon = "help"
    menu_label = _("Answers")
    menu_order = 31
    views = ("index",)
    index_view_class = AnswerIndexView
    filterset_class = AnswerFilterSet
    ordering = "-pk"
    list_display = [
        ReferenceColumn(
            "order",
            label=_("Receipt number"),
            get_url=lambda line: reverse("ims_orders:inspect", args=[line.order_id]),
        ),
        TimeColumn("order__paid_at", label=_("Paid"), accessor="order.paid_at"),
        Column("description", label=_("For")),
        Column("account_reference", label=_("Account reference")),
        Column("page_title", label=_("Page")),
        AnswersColumn("answers", label=_("Answers")),
        MoneyColumn("amount", label=_("Amount")),
    ]
