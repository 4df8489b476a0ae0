"""The list of what is in suspense, and the addresses of what is done about it."""

from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import DayColumn, MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.clock import accounting_date

from .allocate_screen import AllocateView
from .filters import SuspenseFilterSet
from .item_screen import ItemView
from .kinds import ALLOCATE
from .models import SuspenseItem, SuspenseNote
from .remaining import with_remaining
from .selectors import ageing
from .suggestion_screen import SuggestionsView


class ChoiceColumn(Column):
    """A box to tick, which belongs to the form above the list."""

    def get_value(self, instance: SuspenseItem) -> str:
        return format_html(
            '<input type="checkbox" name="item" value="{}" form="ims-chosen" aria-label="{}">',
            instance.pk,
            gettext("Choose %(item)s") % {"item": instance.transaction.reference},
        )


class Days(Func):
    """Whole days from one day to another."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


class SuspenseIndexView(LongIndexView):
    """What is in suspense, newest first, by age above the list."""

    any_permission_required = ["view"]
    results_template_name = "ims_wagtail/suspense/list_results.html"
    keyset_by = "received_at"
    summed = {"amount": _("Received"), "remaining": _("Left to allocate")}

    def get_base_queryset(self) -> QuerySet[Any]:
        notes = SuspenseNote.objects.filter(item=OuterRef("pk")).order_by("-pk")
        rows = with_remaining(super().get_base_queryset())
        return rows.annotate(
            days=Days(Value(accounting_date()), F("transaction__accounting_date")),
            latest_note=Subquery(notes.values("text")[:1]),
        )

    @cached_property
    def allocates(self) -> bool:
        """Whether the reader may allocate anything."""
        return bool(scope_of(self.request.user, ALLOCATE))

    @cached_property
    def columns(self) -> list[Column]:
        columns = super().columns
        chooses = ChoiceColumn("chosen", label=gettext("Choose"))
        return [chooses, *columns] if self.allocates else columns

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.allocates:
            return []
        url = reverse("ims_suspense:suggestions")
        return [HeaderButton(gettext("Suggestions"), url=url, icon_name="help")]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        return {**context, "ageing": ageing(self.request.user), "allocates": self.allocates}


class SuspenseViewSet(ScopedModelViewSet):
    """Every line in suspense, until it is put where it belongs."""

    model = SuspenseItem
    name = "suspense"
    icon = "help"
    menu_label = _("Suspense")
    menu_order = 34
    views = ("index", "inspect")
    changed_on_its_page = True
    index_view_class = SuspenseIndexView
    inspect_view_class = ItemView
    inspect_template_name = ItemView.template_name
    inspect_view_fields = ["amount"]
    filterset_class = SuspenseFilterSet
    ordering = "-received_at"
    select_related = ("transaction__posting", "owner")
    list_display = [
        TimeColumn("received_at", label=_("Received")),
        ReferenceColumn(
            "transaction",
            label=_("Reference"),
            accessor="transaction.reference",
            get_url=lambda item: reverse("ims_suspense:inspect", args=[item.pk]),
        ),
        Column("transaction.account_reference", label=_("Account reference")),
        Column("transaction.narrative", label=_("Narrative")),
        Column("latest_note", label=_("Latest note")),
        Column("days", label=_("Days")),
        DayColumn("due", label=_("Due")),
        Column("owner", label=_("Looked after by"), accessor=lambda item: name_of(item.owner)),
        MoneyColumn("amount", label=_("Amount")),
        MoneyColumn("remaining", label=_("Left")),
    ]
    export_columns = (
        (_("Received"), "received_at"),
        (_("Accounting date"), "transaction__accounting_date"),
        (_("Reference"), "transaction__reference"),
        (_("Receipt number"), "transaction__receipt_number"),
        (_("Source"), "transaction__posting__source"),
        (_("Account reference"), "transaction__account_reference"),
        (_("Narrative"), "transaction__narrative"),
        (_("Amount"), "amount"),
        (_("Under way"), "held"),
        (_("Left"), "remaining"),
        (_("Days"), "days"),
        (_("Due"), "due"),
        (_("Looked after by"), "owner__username"),
        (_("Latest note"), "latest_note"),
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("allocate/", AllocateView.as_view(), name="allocate"),
            path("suggestions/", SuggestionsView.as_view(), name="suggestions"),
        ]
