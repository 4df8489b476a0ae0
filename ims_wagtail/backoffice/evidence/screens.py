"""Asking for evidence, watching it being made, and taking it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access import audit
from ims_wagtail.access.columns import DayColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.access.reading import note_read
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.funds.models import Fund

from .asking import EvidenceRefused, ask_for_pack, make_again
from .models import MOST, EvidencePack, PackState
from .packing import MAKE, PEOPLE, scope_of_packs


class PackForm(forms.Form):
    """Which transactions, how many, and whether personal data are to be in it."""

    wanted = forms.IntegerField(
        label=gettext_lazy("How many transactions"), min_value=1, max_value=MOST, initial=25
    )
    since = forms.DateField(label=gettext_lazy("Accounting date from"), widget=NativeDateInput)
    until = forms.DateField(label=gettext_lazy("Accounting date to"), widget=NativeDateInput)
    fund = forms.ModelChoiceField(
        label=gettext_lazy("Fund"),
        queryset=Fund.objects.none(),
        required=False,
        empty_label=gettext_lazy("Every fund you work in"),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        required=False,
        min_value=0,
        max_value=2**62,
        help_text=gettext_lazy(
            "A number that draws the sample. Leave it empty to have one drawn; type an earlier one "
            "to draw the same transactions again."
        ),
    )
    with_people = forms.BooleanField(
        label=gettext_lazy("With personal data of payers"), required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = funds_for(user, MAKE).order_by("code")  # type: ignore[attr-defined]
        if not scope_of(user, PEOPLE[0]):
            del self.fields["with_people"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return cleaned


class AddPackView(WagtailAdminTemplateMixin, View):
    """Asks for a pack; a worker makes it."""

    model = EvidencePack
    template_name = "ims_wagtail/evidence/add.html"
    page_title = gettext_lazy("New evidence pack")
    header_icon = "folder-open-inverse"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not scope_of_packs(request.user):
            raise PermissionDenied
        return super().dispatch(request)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(PackForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PackForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._show(form)
        try:
            pack = ask_for_pack(by=request.user, **form.cleaned_data)
        except EvidenceRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form)
        return redirect("ims_evidence:inspect", pack.pk)

    def _show(self, form: PackForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_evidence:index"), "label": _("Evidence packs")},
            {"url": "", "label": self.get_page_title()},
        ]


class DownloadPackView(View):
    """The file of one's own pack; each download is audited."""

    model = EvidencePack
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not scope_of_packs(request.user):
            raise PermissionDenied
        ready = _own(EvidencePack.objects.filter(state=PackState.READY), request.user)
        pack = get_object_or_404(ready.select_related("file", "fund"), pk=pk)
        audit.record(
            user=request.user,
            action="download evidence",
            obj=pack,
            fund=pack.fund,
            after={"sha256": pack.sha256},
        )
        if pack.with_people:
            note_read(user=request.user, what=ReadWhat.FILE, obj=pack, fund=pack.fund)
        response = HttpResponse(bytes(pack.file.content), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="evidence-{pack}.zip"'
        response["Cache-Control"] = "private, no-store"
        return response


class PackIndexView(ScopedIndexView):
    """The reader's own packs: what one person may see is not for every other."""

    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Any]:
        return _own(super().get_base_queryset(), self.request.user)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not scope_of_packs(self.request.user):
            return []
        url = reverse("ims_evidence:add")
        return [HeaderButton(_("New evidence pack"), url=url, icon_name="plus")]


class PackView(ScopedInspectView):
    """One pack: what was asked for, how far it is, and the way to download it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/evidence/pack.html"
    page_title = gettext_lazy("Evidence pack")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return _own(rows, self.request.user).select_related("fund", "requested_by")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Have it made by another worker."""
        try:
            make_again(pack=self.object, by=request.user)
        except EvidenceRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("It is going to be made now."))
        return redirect("ims_evidence:inspect", self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "pack": self.object,
            "is_ready": self.object.state == PackState.READY,
            "is_preparing": self.object.state == PackState.PREPARING,
            "has_stopped": self.object.has_stopped,
            "has_failed": self.object.state == PackState.FAILED,
        }


class EvidencePackViewSet(ScopedModelViewSet):
    """Samples of transactions with everything behind them."""

    model = EvidencePack
    name = "evidence"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Evidence packs")
    menu_order = 62
    views = ("index", "inspect")
    index_view_class = PackIndexView
    inspect_view_class = PackView
    inspect_template_name = PackView.template_name
    inspect_view_fields = ["seed"]
    ordering = ("-requested_at",)
    select_related = ("fund",)
    list_display = [
        ReferenceColumn(
            "reference",
            label=gettext_lazy("Number"),
            accessor=str,
            get_url=lambda pack: reverse("ims_evidence:inspect", args=[pack.pk]),
        ),
        TimeColumn("requested_at", label=gettext_lazy("Asked for")),
        Column("wanted", label=gettext_lazy("Transactions")),
        DayColumn("since", label=gettext_lazy("From")),
        DayColumn("until", label=gettext_lazy("To")),
        Column("fund", label=gettext_lazy("Fund")),
        Column("state_in_words", label=gettext_lazy("State")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("new/", AddPackView.as_view(), name="add"),
            path("download/<int:pk>/", DownloadPackView.as_view(), name="download"),
        ]


def _own(packs: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return packs.filter(requested_by=user)
