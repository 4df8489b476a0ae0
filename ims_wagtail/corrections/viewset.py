"""The list of corrections, the page of one, and the addresses by which money is moved."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.money import ZERO

from .enums import CorrectionKind
from .filters import CorrectionFilterSet
from .kinds import VIEW, permission_to_ask
from .models import Correction, CorrectionGive, CorrectionTake
from .screens import MoveView, TransferView
from .story import story_of
from .undo_screen import UndoView


class CorrectionIndexView(ScopedIndexView):
    """Every correction in the reader's funds, with the part of it that is theirs."""

    any_permission_required = ["view"]
    summed = {
        "seen_taken": gettext_lazy("Taken from your funds"),
        "seen_given": gettext_lazy("Put on your funds"),
    }

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        scope = scope_of(self.request.user, VIEW)
        if scope.every:
            return rows.annotate(seen_taken=F("amount"), seen_given=F("amount"))
        takes = CorrectionTake.objects.filter(transaction__fund_id__in=scope.fund_ids)
        gives = CorrectionGive.objects.filter(fund_id__in=scope.fund_ids)
        return rows.annotate(seen_taken=_sum_of(takes), seen_given=_sum_of(gives))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        user, buttons = self.request.user, []
        if scope_of(user, permission_to_ask(CorrectionKind.TRANSFER)):
            url = reverse("ims_corrections:transfer")
            buttons.append(HeaderButton(_("New transfer"), url=url, icon_name="plus"))
        if scope_of(user, "ims_corrections.view_journalupload"):
            url = reverse("ims_journal_uploads:index")
            buttons.append(HeaderButton(_("Files of journals"), url=url, icon_name="upload"))
        return buttons


class CorrectionView(ScopedInspectView):
    """One correction: both sides, who asked and who approved, and its posting."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/corrections/correction.html"
    page_title = gettext_lazy("Correction")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("posting__reversed_by", "undoes", "requested_by", "upload")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        story = story_of(self.object, reader=self.request.user)
        return super().get_context_data(story=story, **kwargs)


class CorrectionViewSet(ScopedModelViewSet):
    """Money moved inside the book, or waiting to be."""

    model = Correction
    name = "corrections"
    icon = "resubmit"
    menu_label = gettext_lazy("Corrections")
    menu_order = 36
    views = ("index", "inspect")
    index_view_class = CorrectionIndexView
    inspect_view_class = CorrectionView
    inspect_template_name = CorrectionView.template_name
    inspect_view_fields = ["reference"]
    filterset_class = CorrectionFilterSet
    ordering = "-requested_at"
    select_related = ("requested_by",)
    list_display = [
        TimeColumn("requested_at", label=gettext_lazy("Asked for"), sort_key="requested_at"),
        ReferenceColumn(
            "reference",
            label=gettext_lazy("Correction number"),
            get_url=lambda correction: reverse("ims_corrections:inspect", args=[correction.pk]),
        ),
        Column("get_kind_display", label=gettext_lazy("Kind")),
        Column("get_state_display", label=gettext_lazy("State")),
        Column("reason", label=gettext_lazy("Reason")),
        Column("requested_by", label=gettext_lazy("Asked for by")),
        MoneyColumn("seen_taken", label=gettext_lazy("Taken")),
        MoneyColumn("seen_given", label=gettext_lazy("Put")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/", MoveView.as_view(), name="move"),
            path("undo/<int:pk>/", UndoView.as_view(), name="undo"),
            path("transfer/", TransferView.as_view(), name="transfer"),
        ]


def _sum_of(sides: QuerySet[Any]) -> Coalesce:
    """Return what one side of a correction comes to."""
    of_one = sides.filter(correction=OuterRef("pk")).order_by().values("correction")
    return Coalesce(Subquery(of_one.annotate(sum=Sum("amount")).values("sum")), ZERO)
