"""Staff screens of the daily comparison: the days, and what they found."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import DayColumn, MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.payments.models import Comparison, Difference

from .filters import DifferenceFilterSet
from .finding import AlreadyClosed, NotExplained, close, take_over


class DifferenceIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    page_title = _("Differences with providers")


class ExplanationForm(forms.Form):
    """What a person found out about a difference."""

    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What it was and what was done about it, without anything personal"),
    )


class DifferenceView(ScopedInspectView):
    """One difference: both sides of it, who looks after it, and the way to close it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/payments/staff/difference.html"
    page_title = _("Difference")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            "account", "comparison", "attempt__order", "refund", "owner", "closed_by"
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the difference over, or close it with an explanation."""
        if not self.may_change():
            messages.error(request, gettext("You may look at differences, not close them."))
            return redirect("ims_differences:inspect", self.object.pk)
        by: Any = request.user
        form = ExplanationForm(request.POST)
        try:
            if "take_over" in request.POST:
                take_over(difference_id=self.object.pk, by=by)
                messages.success(request, gettext("You look after this difference now."))
            elif form.is_valid():
                words = form.cleaned_data["explanation"]
                close(difference_id=self.object.pk, by=by, explanation=words)
                messages.success(request, gettext("Difference closed."))
            else:
                return self._show(form)
        except NotExplained as missing:
            form.add_error("explanation", str(missing))
            return self._show(form)
        except AlreadyClosed as late:
            messages.error(request, str(late))
        return redirect("ims_differences:inspect", self.object.pk)

    def may_change(self) -> bool:
        """Say whether the reader may own and close this one."""
        return bool(self.user_has_permission_for_instance("change", self.object))

    def _show(self, form: ExplanationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": ExplanationForm(),
            **super().get_context_data(**kwargs),
            "difference": self.object,
            "may_close": self.object.closed_at is None and self.may_change(),
        }


class DifferenceViewSet(ScopedModelViewSet):
    """What a provider tells otherwise than we do. One that is nobody's payment of ours is seen by
    people who work in all funds.
    """

    model = Difference
    name = "differences"
    icon = "warning"
    menu_label = _("Differences")
    menu_order = 42
    views = ("index", "inspect")
    index_view_class = DifferenceIndexView
    inspect_view_class = DifferenceView
    inspect_template_name = DifferenceView.template_name
    inspect_view_fields = ["provider_id"]
    changed_on_its_page = True
    filterset_class = DifferenceFilterSet
    ordering = "-comparison__day"
    select_related = ("account", "comparison", "owner")
    list_display = [
        DayColumn("comparison.day", label=_("Day"), sort_key="comparison__day"),
        ReferenceColumn(
            "provider_id",
            label=_("Provider's number"),
            get_url=lambda difference: reverse("ims_differences:inspect", args=[difference.pk]),
        ),
        Column("get_kind_display", label=_("Kind")),
        Column("account", label=_("Merchant account")),
        Column("reference", label=_("Our reference")),
        MoneyColumn("their_amount", label=_("Theirs"), sort_key="their_amount"),
        MoneyColumn("our_amount", label=_("Ours"), sort_key="our_amount"),
        Column(
            "owner",
            label=_("Looked after by"),
            accessor=lambda difference: name_of(difference.owner),
        ),
        TimeColumn("closed_at", label=_("Closed")),
    ]


class ComparisonIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    empty_says = _(
        "No day has been compared yet. Every morning the day before is compared with each "
        "provider’s own list, and stands here with both totals."
    )

    def get_base_queryset(self) -> QuerySet[Any]:
        waiting = Count("differences", filter=Q(differences__closed_at__isnull=True))
        return super().get_base_queryset().annotate(waiting=waiting)


def _differences_of(comparison: Any) -> str | None:
    """Return where the open differences of a day stand; nowhere when there are none."""
    if not comparison.waiting:
        return None
    asked = urlencode({"account": comparison.account_id, "day": comparison.day.isoformat()})
    return f"{reverse('ims_differences:index')}?{asked}"


class ComparisonViewSet(ScopedModelViewSet):
    """The days that were compared. Totals of an account, about no one fund."""

    model = Comparison
    name = "comparisons"
    icon = "calendar-check"
    menu_label = _("Comparisons")
    menu_order = 43
    views = ("index",)
    index_view_class = ComparisonIndexView
    ordering = "-day"
    select_related = ("account",)
    list_display = [
        DayColumn("day", label=_("Day"), sort_key="day"),
        Column("account", label=_("Merchant account")),
        Column("their_count", label=_("Theirs")),
        MoneyColumn("their_total", label=_("Their total")),
        Column("our_count", label=_("Ours")),
        MoneyColumn("our_total", label=_("Our total")),
        ReferenceColumn("waiting", label=_("To be explained"), get_url=_differences_of),
        TimeColumn("compared_at", label=_("Compared")),
    ]
