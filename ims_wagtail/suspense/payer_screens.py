"""Payers known by their names at the bank: the list, the page of one, and proposing one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import ReferenceColumn, TimeColumn
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.approvals.selectors import for_subject

from .enums import KnownPayerState
from .exceptions import SuspenseRefused
from .filters import KnownPayerFilterSet
from .forms import PayerForm
from .kinds import KNOWN_PAYER, PROPOSE_PAYER
from .known_payers import forget_payer, propose_payer
from .models import KnownPayer


class KnownPayerIndexView(ScopedIndexView):
    any_permission_required = ["view"]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not scope_of(self.request.user, PROPOSE_PAYER):
            return []
        url = reverse("ims_known_payers:propose")
        return [HeaderButton(gettext("Propose a payer"), url=url, icon_name="plus")]


class KnownPayerView(ScopedInspectView):
    """One payer: the account that is meant, who proposed and who approved it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/suspense/known_payer.html"
    page_title = _("Known payer")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund", "requested_by")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget the payer: no suggestions come from the name any more."""
        try:
            forget_payer(payer_id=self.object.pk, by=request.user)
            messages.success(request, gettext("This payer is forgotten."))
        except SuspenseRefused as refused:
            messages.error(request, str(refused))
        return redirect("ims_known_payers:inspect", self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        approval = for_subject(f"{KNOWN_PAYER}:{self.object.pk}")
        return {
            **super().get_context_data(**kwargs),
            "payer": self.object,
            "approval": approval,
            "asker": name_of(self.object.requested_by),
            "decider": name_of(approval.decided_by) if approval else "",
            "may_forget": self.object.state == KnownPayerState.IN_USE
            and self.object.fund_id in scope_of(self.request.user, PROPOSE_PAYER),
        }


class ProposePayerView(WagtailAdminTemplateMixin, View):
    """Asks which name means which account, and how one knows."""

    template_name = "ims_wagtail/suspense/propose_payer.html"
    page_title = _("Propose a known payer")
    header_icon = "user"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user, PROPOSE_PAYER):
            raise PermissionDenied
        mine = funds_for(request.user, PROPOSE_PAYER).filter(enabled=True, is_suspense=False)
        self.funds = list(mine.order_by("position", "code"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        names = ("name", "fund", "reference")
        begun = {name: request.GET[name] for name in names if name in request.GET}
        return self._show(PayerForm(self.funds, initial=begun))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PayerForm(self.funds, request.POST)
        if not form.is_valid():
            return self._show(form)
        cleaned = form.cleaned_data
        fund = form.funds.get(cleaned["fund"])
        if fund is None:
            form.add_error("fund", gettext("Choose a fund"))
            return self._show(form)
        try:
            payer = propose_payer(
                name=cleaned["name"],
                fund=fund,
                reference=cleaned["reference"],
                reason=cleaned["reason"],
                by=request.user,
            )
        except SuspenseRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form)
        messages.success(
            request, gettext("This payer is known once somebody else has approved it.")
        )
        return redirect("ims_known_payers:inspect", payer.pk)

    def _show(self, form: PayerForm) -> HttpResponse:
        status = 422 if form.errors else 200
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_known_payers:index"), "label": gettext("Known payers")},
            {"url": "", "label": self.get_page_title()},
        ]


class KnownPayerViewSet(ScopedModelViewSet):
    """Names at the bank whose meaning two people have agreed on."""

    model = KnownPayer
    name = "known-payers"
    icon = "user"
    menu_label = _("Known payers")
    menu_order = 35
    views = ("index", "inspect")
    index_view_class = KnownPayerIndexView
    inspect_view_class = KnownPayerView
    inspect_template_name = KnownPayerView.template_name
    inspect_view_fields = ["name"]
    filterset_class = KnownPayerFilterSet
    ordering = "name"
    select_related = ("fund", "requested_by")
    list_display = [
        ReferenceColumn(
            "name",
            label=_("Name at the bank"),
            get_url=lambda payer: reverse("ims_known_payers:inspect", args=[payer.pk]),
            sort_key="name",
        ),
        Column("fund", label=_("Fund")),
        Column("account_reference", label=_("Account reference")),
        Column("get_state_display", label=_("State")),
        Column("requested_by", label=_("Proposed by"), accessor=lambda p: name_of(p.requested_by)),
        TimeColumn("requested_at", label=_("Proposed")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("propose/", ProposePayerView.as_view(), name="propose"),
        ]
