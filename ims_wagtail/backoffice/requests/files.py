"""Income → Files of requests: how far each has come, and its results to take."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry

from ims_wagtail.access import audit
from ims_wagtail.access.columns import ReferenceColumn, TimeColumn
from ims_wagtail.access.export import stream_csv
from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import user_may
from ims_wagtail.access.reading import note_read
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.checkout.requests.emails import link_to
from ims_wagtail.checkout.requests.files.taking_in import go_on, has_stopped
from ims_wagtail.checkout.requests.models import RequestFile, RequestToPay
from ims_wagtail.checkout.requests.selectors import state_of, with_payments

from .rights import ADD, asking_scope
from .upload_view import UploadView


_CHUNK = 1000


class RequestFileIndexView(ScopedIndexView):
    """Every file in the reader's funds."""

    any_permission_required = ["view"]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not asking_scope(self.request.user):
            return []
        url = reverse("ims_request_files:upload")
        return [HeaderButton(_("Upload a file"), url=url, icon_name="upload")]


class RequestFileView(ScopedInspectView):
    """One file; a POST has another worker go on with it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/backoffice/requests/file.html"
    page_title = gettext_lazy("File of requests")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("payment_type__fund", "made_by").defer("rows")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not user_may(request.user, ADD, self.object.fund_id):
            raise PermissionDenied
        if has_stopped(self.object):
            go_on(file=self.object, by=request.user)
            messages.success(request, _("The rest is going to be made now."))
        return redirect("ims_request_files:inspect", self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = self.object
        may = user_may(self.request.user, ADD, file.fund_id)
        return super().get_context_data(
            file=file,
            has_stopped=has_stopped(file) and may,
            may_take=may and file.finished_at is not None,
            requests_url=f"{reverse('ims_requests_to_pay:index')}?file={file.pk}",
            **kwargs,
        )


class ResultsView(View):
    """The rows of a file with their links, to print letters from; each download is audited."""

    model = RequestFile
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        policy = policy_registry.get_by_type(RequestFile)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        made = seen.filter(finished_at__isnull=False).select_related("payment_type")
        file = get_object_or_404(made.defer("rows"), pk=pk)
        if not user_may(request.user, ADD, file.fund_id):
            raise PermissionDenied
        audit.record(user=request.user, action="download results", obj=file, fund=file.fund_id)
        note_read(user=request.user, what=ReadWhat.FILE, obj=file, fund=file.fund_id)
        headings = (
            "row",
            "number",
            "reference",
            "amount",
            "name",
            "email",
            "open until",
            "state",
            "paid",
            "link",
        )
        return stream_csv(filename=f"requests-{file}", headings=headings, rows=_results(file))


def _results(file: RequestFile) -> Iterator[list[Any]]:
    rows = with_payments(RequestToPay.objects.filter(file=file)).select_related("recipient", "site")
    for made in rows.order_by("file_row").iterator(chunk_size=_CHUNK):
        person = getattr(made, "recipient", None)
        yield [
            made.file_row,
            str(made),
            made.reference,
            made.amount,
            person.name if person else "",
            person.email if person else "",
            made.last_day,
            state_of(made).label,
            made.paid,
            link_to(made),
        ]


class RequestFileViewSet(ScopedModelViewSet):
    """Files of which every row became a request to pay."""

    model = RequestFile
    name = "request-files"
    icon = "upload"
    menu_label = gettext_lazy("Files of requests")
    menu_order = 34
    views = ("index", "inspect")
    index_view_class = RequestFileIndexView
    inspect_view_class = RequestFileView
    inspect_template_name = RequestFileView.template_name
    inspect_view_fields = ["file_name"]
    ordering = "-made_at"
    select_related = ("payment_type", "made_by")
    list_display = [
        ReferenceColumn(
            "number",
            label=gettext_lazy("Number"),
            accessor=str,
            get_url=lambda file: reverse("ims_request_files:inspect", args=[file.pk]),
        ),
        TimeColumn("made_at", label=gettext_lazy("Uploaded")),
        Column("payment_type", label=gettext_lazy("Payment type")),
        Column("file_name", label=gettext_lazy("File")),
        Column("count", label=gettext_lazy("Requests")),
        TimeColumn("finished_at", label=gettext_lazy("All made")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("upload/", UploadView.as_view(), name="upload"),
            path("results/<int:pk>/", ResultsView.as_view(), name="results"),
        ]
