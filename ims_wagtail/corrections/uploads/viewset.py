"""The list of files of journals, and the page of one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import ReferenceColumn, TimeColumn
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.corrections.kinds import VIEW, permission_to_ask
from ims_wagtail.corrections.models import CorrectionGive, CorrectionTake, JournalUpload
from ims_wagtail.corrections.sources import upload_subject_of

from .checking import KIND
from .screens import UploadView


VIEW_UPLOAD = "ims_corrections.view_journalupload"


@dataclass(frozen=True, slots=True)
class Side:
    """What a file takes from one fund, or puts there."""

    fund: str
    lines: int
    amount: Decimal


class JournalUploadIndexView(ScopedIndexView):
    any_permission_required = ["view"]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not scope_of(self.request.user, permission_to_ask(KIND)):
            return []
        url = reverse("ims_journal_uploads:upload")
        return [HeaderButton(_("Upload journals"), url=url, icon_name="upload")]


class JournalUploadView(ScopedInspectView):
    """One file: what it takes from where and puts where, in the reader's funds."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/corrections/journal_upload.html"
    page_title = gettext_lazy("File of journals")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("requested_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upload: JournalUpload = self.object
        reader = self.request.user
        scope = scope_of(reader, VIEW_UPLOAD)
        takes = CorrectionTake.objects.filter(correction__upload=upload)
        gives = CorrectionGive.objects.filter(correction__upload=upload)
        approval = for_subject(upload_subject_of(upload))
        approvals = scope_of(reader, "ims_approvals.view_approval")
        corrections = reverse("ims_corrections:index")
        return super().get_context_data(
            upload=upload,
            asker=name_of(upload.requested_by),
            approval=approval,
            decider=name_of(approval.decided_by) if approval else "",
            links_approval=any(fund.pk in approvals for fund in upload.funds.all()),
            takes=_sides(takes, "transaction__fund", scope),
            gives=_sides(gives, "fund", scope),
            corrections_url=f"{corrections}?upload={upload.reference}"
            if scope_of(reader, VIEW)
            else "",
            **kwargs,
        )


class JournalUploadViewSet(ScopedModelViewSet):
    """Files by which many journals were asked for at once."""

    model = JournalUpload
    name = "journal-uploads"
    icon = "upload"
    menu_hook = None
    views = ("index", "inspect")
    index_view_class = JournalUploadIndexView
    inspect_view_class = JournalUploadView
    inspect_template_name = JournalUploadView.template_name
    inspect_view_fields = ["reference"]
    ordering = "-requested_at"
    select_related = ("requested_by",)
    list_display = [
        TimeColumn("requested_at", label=gettext_lazy("Asked for"), sort_key="requested_at"),
        ReferenceColumn(
            "reference",
            label=gettext_lazy("Upload number"),
            get_url=lambda upload: reverse("ims_journal_uploads:inspect", args=[upload.pk]),
        ),
        Column("file_name", label=gettext_lazy("File")),
        Column("lines", label=gettext_lazy("Lines")),
        Column("get_state_display", label=gettext_lazy("State")),
        Column("reason", label=gettext_lazy("Reason")),
        Column(
            "requested_by",
            label=gettext_lazy("Asked for by"),
            accessor=lambda upload: name_of(upload.requested_by),
        ),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("upload/", UploadView.as_view(), name="upload"),
        ]


def _sides(rows: QuerySet[Any], fund: str, scope: Any) -> list[Side]:
    """Return what one side comes to by fund; the reader's funds by name, others as one."""
    found = rows.order_by().values(fund, f"{fund}__code", f"{fund}__name")
    sides, other = [], Side(_("Other funds"), 0, Decimal("0.00"))
    for row in found.annotate(lines=Count("pk"), sum=Sum("amount")).order_by(f"{fund}__code"):
        if row[fund] in scope:
            name = f"{row[f'{fund}__code']} {row[f'{fund}__name']}"
            sides.append(Side(name, row["lines"], row["sum"]))
        else:
            other = Side(other.fund, other.lines + row["lines"], other.amount + row["sum"])
    return [*sides, other] if other.lines else sides
