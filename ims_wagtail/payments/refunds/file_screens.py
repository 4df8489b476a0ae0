"""Files for the bank: what goes into the next, downloading, confirming, and what came back."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ims_wagtail.access import audit
from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.export import stream_csv
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.money import ZERO
from ims_wagtail.payments.models import RefundFile

from .exceptions import RefundRefused
from .files import HEADINGS, confirm_file, make_file, rows_of, waiting_for_file


MAKE = "ims_payments.add_refundfile"


class MakeFileView(WagtailAdminTemplateMixin, View):
    """What the next file will hold, and the button that makes it."""

    template_name = "ims_wagtail/payments/refunds/make_file.html"
    page_title = gettext_lazy("Make a file for the bank")
    header_icon = "download"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not scope_of(request.user, MAKE):
            raise PermissionDenied
        return super().dispatch(request)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        refunds = list(waiting_for_file(request.user))
        total = sum((refund.amount for refund in refunds), ZERO)
        context = self.get_context_data(refunds=refunds, total=total)
        return self.render_to_response(context)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            made = make_file(by=request.user)
        except RefundRefused as refused:
            messages.error(request, str(refused))
            return redirect("ims_refund_files:index")
        messages.success(request, gettext("File %(number)d made.") % {"number": made.number})
        return redirect("ims_refund_files:inspect", made.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        files = reverse("ims_refund_files:index")
        return [
            *self.breadcrumbs_items,
            {"url": files, "label": gettext("Files of refunds for the bank")},
            {"url": "", "label": self.get_page_title()},
        ]


class DownloadFileView(View):
    """The file as CSV, as often as it is needed; each download is audited."""

    model = RefundFile
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        made = get_object_or_404(_mine(request.user, "view"), pk=pk)
        audit.record(user=request.user, action="download", obj=made, after={"number": made.number})
        return stream_csv(
            filename=f"refunds-{made.number:05}", headings=HEADINGS, rows=rows_of(made)
        )


class ConfirmFileView(View):
    """Posts what the bank has paid. Only by POST."""

    model = RefundFile
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        made = get_object_or_404(_mine(request.user, "change"), pk=pk)
        try:
            confirm_file(file_id=made.pk, by=request.user)
        except RefundRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("The refunds of the file are in the book."))
        return redirect("ims_refund_files:inspect", pk)


class FileIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    empty_says = gettext_lazy(
        "No file has been made yet. Approved refunds to bank accounts wait until somebody makes a "
        "file of them for the bank; each file then stands here."
    )
    summed = {"total": gettext_lazy("Total")}

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if scope_of(self.request.user, MAKE):
            url = reverse("ims_refund_files:make")
            words = gettext("Make a file for the bank")
            buttons = [*buttons, Button(words, url=url, icon_name="plus", priority=10)]
        return buttons


class FileView(ScopedInspectView):
    """One file: its refunds, the way to download it, and the button for when it was paid."""

    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/payments/refunds/file.html"
    page_title = gettext_lazy("File of refunds for the bank")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("made_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            made=self.object,
            refunds=list(self.object.refunds.order_by("pk")),
            may_confirm=self.object.confirmed_at is None
            and self.user_has_permission_for_instance("change", self.object),
            **kwargs,
        )


class RefundFileViewSet(ScopedModelViewSet):
    """Refunds to bank accounts, file by file."""

    model = RefundFile
    name = "refund-files"
    icon = "download"
    menu_label = gettext_lazy("Refunds to bank accounts")
    menu_order = 36
    views = ("index", "inspect")
    index_view_class = FileIndexView
    inspect_view_class = FileView
    inspect_template_name = FileView.template_name
    inspect_view_fields = ["number"]
    select_related = ("made_by",)
    ordering = "-number"
    list_display = [
        ReferenceColumn(
            "number",
            label=gettext_lazy("Number"),
            get_url=lambda made: reverse("ims_refund_files:inspect", args=[made.pk]),
        ),
        TimeColumn("made_at", label=gettext_lazy("Made")),
        Column("made_by", label=gettext_lazy("Made by")),
        MoneyColumn("total", label=gettext_lazy("Total")),
        TimeColumn("confirmed_at", label=gettext_lazy("Paid by the bank")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("make/", MakeFileView.as_view(), name="make"),
            path("download/<int:pk>/", DownloadFileView.as_view(), name="download"),
            path("confirm/<int:pk>/", ConfirmFileView.as_view(), name="confirm"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        """Offer making and confirming files, which have no form of their own."""
        return Permission.objects.filter(content_type=ContentType.objects.get_for_model(RefundFile))


def _mine(user: Any, action: str) -> QuerySet[Any]:
    policy = policy_registry.get_by_type(RefundFile)
    return policy.instances_user_has_permission_for(user, action)
