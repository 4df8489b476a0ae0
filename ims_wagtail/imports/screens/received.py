"""Rows as they were received, of all files: looked for, and followed to what they became."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import DayColumn, MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.keyset import KeysetPage
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.imports.models import ImportRow
from ims_wagtail.imports.tracing import became, item_of, may_see_row, row_of, since
from ims_wagtail.ledger.actions import Action
from ims_wagtail.suspense.kinds import VIEW
from ims_wagtail.suspense.models import SuspenseItem

from .acted import acted_on
from .received_filters import ReceivedFilterSet


class ReceivedIndexView(LongIndexView):
    """Rows of files, the newest file's first, each with what it became."""

    any_permission_required = ["view"]
    page_title = _("Rows received")
    keyset_by = "received_at"
    searches_people = ("text",)
    summed = {"amount": _("Amount")}
    empty_says = _("No file has been brought in these three months.")

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().annotate(received_at=F("of_import__received_at"))

    def take_page(self, rows: QuerySet[Any]) -> KeysetPage:
        page = super().take_page(rows)
        lines = became(page.rows, reader=self.request.user)
        for row in page.rows:
            row.line = lines.get(row.pk, "")
        return page


class ReceivedView(ScopedInspectView):
    """One row: as it came, what rules made of it, what it became, and what happened since."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/imports/received.html"
    page_title = _("Row as it was received")
    shows_person = True

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("of_import__import_type", "fund", "method")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        line = became([row], reader=user).get(row.pk)
        item = item_of(line) if line is not None and line.fund_id in scope_of(user, VIEW) else None
        return super().get_context_data(
            row=row,
            file=row.of_import,
            line=line,
            item=item,
            since=since(line, reader=user) if line is not None else [],
            acted=acted_on([row], reader=user)[row.pk],
            received=[
                (_NAMES.get(name, name), value) for name, value in (row.received or {}).items()
            ],
            **kwargs,
        )


#: What people call the parts of a row that rules change.
_NAMES = {
    "reference": _("Account reference"),
    "amount": _("Amount"),
    "date": _("Date"),
    "narrative": _("Narrative"),
    "fund": _("Fund"),
    "method": _("Method of payment"),
    "office": _("Office"),
    "vat": _("VAT code"),
}


def row_action(item: SuspenseItem, request: HttpRequest) -> Action | None:
    """Lead from money in suspense to the row that it came with."""
    row = row_of(item.transaction).first()
    if row is None or not may_see_row(request.user, row):
        return None
    url = reverse("ims_rows_received:inspect", args=[row.pk])
    return Action(gettext("Look at the row as it was received"), url=url)


class ReceivedViewSet(ScopedModelViewSet):
    """Rows as they were received."""

    model = ImportRow
    name = "rows-received"
    icon = "list-ul"
    menu_label = _("Rows received")
    menu_order = 61
    views = ("index", "inspect")
    index_view_class = ReceivedIndexView
    inspect_view_class = ReceivedView
    inspect_template_name = ReceivedView.template_name
    inspect_view_fields = ["amount"]
    filterset_class = ReceivedFilterSet
    ordering = "-pk"
    select_related = ("of_import__import_type",)
    list_display = [
        ReferenceColumn(
            "number",
            label=_("Line"),
            accessor=lambda row: f"{row.of_import.file_name}, {row.number}",
            get_url=lambda row: reverse("ims_rows_received:inspect", args=[row.pk]),
        ),
        TimeColumn("received_at", label=_("File received")),
        Column("of_import.account", label=_("Bank account")),
        DayColumn("date", label=_("Date")),
        Column("narrative", label=_("Narrative")),
        MoneyColumn("amount", label=_("Amount")),
        Column("get_outcome_display", label=_("Outcome")),
        Column("of_import.get_state_display", label=_("File is")),
        Column("line", label=_("In the book as"), accessor=lambda row: getattr(row, "line", "")),
    ]
    export_columns = (
        (_("File"), "of_import__file_name"),
        (_("File received"), "of_import__received_at"),
        (_("Bank account"), "of_import__account"),
        (_("Line"), "number"),
        (_("Date"), "date"),
        (_("Account reference"), "account_reference"),
        (_("Narrative"), "narrative"),
        (_("Amount"), "amount"),
        (_("Outcome"), "outcome"),
    )
