"""The list of allocations, the page of one, and taking one back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.forms import ReasonForm

from .allocate_screen import tell
from .deciding import source_of
from .exceptions import SuspenseRefused
from .filters import AllocationFilterSet
from .kinds import ALLOCATE
from .models import Allocation
from .undoing import request_undo, why_not_undo


VIEW = "ims_suspense.view_allocation"


class AllocationIndexView(LongIndexView):
    any_permission_required = ["view"]
    keyset_by = "requested_at"


class AllocationView(ScopedInspectView):
    """One allocation: both sides in the reader's funds, who asked and who approved."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/suspense/allocation.html"
    page_title = _("Suspense allocation")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("posting__reversed_by", "undoes", "requested_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made, user = self.object, self.request.user
        sees = scope_of(user, VIEW)
        # One that takes another back has the sides of that one, the other way round.
        of = made.undoes or made
        takes = list(of.takes.select_related("item__transaction__fund").order_by("item"))
        gives = list(of.gives.select_related("fund", "vat_code").order_by("number"))
        seen_takes = [take for take in takes if take.item.fund_id in sees]
        seen_gives = [give for give in gives if give.fund_id in sees]
        approval = for_subject(source_of(made))
        may_undo = (
            made.state == CorrectionState.POSTED
            and made.undoes is None
            and any(give.fund_id in scope_of(user, ALLOCATE) for give in gives)
        )
        return {
            **super().get_context_data(**kwargs),
            "allocation": made,
            "takes": seen_takes,
            "gives": seen_gives,
            "hidden": len(takes) + len(gives) - len(seen_takes) - len(seen_gives),
            "approval": approval,
            "asker": name_of(made.requested_by),
            "decider": name_of(approval.decided_by) if approval else "",
            "may_undo": may_undo,
            "why_not_undo": why_not_undo(made) if may_undo else "",
        }


class UndoAllocationView(WagtailAdminTemplateMixin, View):
    """Asks why, and takes an allocation back as a whole; or says why it can't be."""

    model = Allocation
    template_name = "ims_wagtail/suspense/undo.html"
    page_title = _("Undo")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = scope_of(request.user, ALLOCATE)
        if not mine:
            raise PermissionDenied
        self.allocation = get_object_or_404(
            Allocation.objects.select_related("posting", "undoes"), pk=pk
        )
        if not any(fund.pk in mine for fund in self.allocation.funds.all()):
            raise Http404("the allocation is about none of the person's funds")
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            back = request_undo(
                allocation=self.allocation, reason=form.cleaned_data["reason"], by=request.user
            )
        except SuspenseRefused as refused:
            form.add_error(None if form.cleaned_data["reason"] else "reason", str(refused))
            return self._show(form)
        tell(request, back)
        return redirect("ims_suspense_allocations:inspect", back.pk)

    def _show(self, form: ReasonForm) -> HttpResponse:
        context = self.get_context_data(
            form=form, allocation=self.allocation, why_not=why_not_undo(self.allocation)
        )
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_page_subtitle(self) -> str:
        return self.allocation.reference

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        page = reverse("ims_suspense_allocations:inspect", args=[self.allocation.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_suspense_allocations:index"), "label": gettext("Allocations")},
            {"url": page, "label": self.allocation.reference},
            {"url": "", "label": self.get_page_title()},
        ]


class AllocationViewSet(ScopedModelViewSet):
    """Where money of suspense was put, or waits to be."""

    model = Allocation
    name = "suspense-allocations"
    icon = "resubmit"
    menu_label = _("Suspense allocations")
    menu_order = 35
    views = ("index", "inspect")
    index_view_class = AllocationIndexView
    inspect_view_class = AllocationView
    inspect_template_name = AllocationView.template_name
    inspect_view_fields = ["reference"]
    filterset_class = AllocationFilterSet
    ordering = "-requested_at"
    select_related = ("requested_by",)
    list_display = [
        TimeColumn("requested_at", label=_("Asked for")),
        ReferenceColumn(
            "reference",
            label=_("Allocation number"),
            get_url=lambda made: reverse("ims_suspense_allocations:inspect", args=[made.pk]),
        ),
        Column("get_state_display", label=_("State")),
        Column("reason", label=_("Reason")),
        Column("requested_by", label=_("Asked for by"), accessor=lambda m: name_of(m.requested_by)),
        MoneyColumn("amount", label=_("Amount")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("undo/<int:pk>/", UndoAllocationView.as_view(), name="undo"),
        ]
