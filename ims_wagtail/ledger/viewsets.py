"""Staff screens of the book: the list of transactions and the page of one posting. Read-only."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MethodColumn, MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.long_lists import BOUND, LongIndexView
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.money import ZERO

from .actions import actions_on
from .filters import TransactionFilterSet
from .finding import find
from .models import Posting, Transaction
from .note_screen import NoteView, note_form
from .notes import ADD
from .story import story_of
from .totals import rolled_up


#: Rooms above the ledger add what they know about a posting: ``fn(posting, request)`` returns a
#: component or None. It must itself ask what the reader may see.
POSTING_PANELS = "register_ims_posting_panel"


def posting_url(posting_id: int) -> str:
    """Return the address of a posting's page."""
    return reverse("ims_postings:inspect", args=[posting_id])


class TransactionIndexView(LongIndexView):
    """The list of transactions: one box for whatever is known, and a filter for every fact."""

    any_permission_required = ["view"]
    summed = {"amount": _("Total"), "vat_amount": _("VAT in it")}
    keyset_by = "entered_at"
    is_searchable = True
    searches_people = ("q", "payer", "card")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.search_query:
            return queryset
        payers = scope_of(self.request.user, "ims_ledger.view_payerdetails")
        found = find(rows=queryset, typed=self.search_query, payers=payers)
        self.counts = not found.too_many_to_count
        return found.rows

    def count_and_sums(self, rows: QuerySet[Any]) -> tuple[int | None, list[tuple[Any, str]]]:
        asked = self.filters.form.cleaned_data if self.filters and self.filters.is_valid() else None
        if asked is not None and not self.is_searching:
            scope = scope_of(self.request.user, "ims_ledger.view_transaction")
            totals = rolled_up(asked=asked, scope=scope)
            # Days and funds have indexes in the list's order. Few lines of a kind are looked for.
            if totals and (totals.count > BOUND or not asked.get("kind")):
                self.take_page(rows)
                sums = {"amount": totals.amount, "vat_amount": totals.vat_amount}
                return totals.count, self.sums_in_words(sums)
        return super().count_and_sums(rows)


class TransactionViewSet(ScopedModelViewSet):
    """Every line of the book in the reader's funds, newest first."""

    model = Transaction
    name = "transactions"
    icon = "ledger"
    menu_label = _("Transactions")
    menu_order = 20
    views = ("index",)
    index_view_class = TransactionIndexView
    filterset_class = TransactionFilterSet
    ordering = "-entered_at"
    select_related = ("fund", "method", "posting")
    list_display = [
        TimeColumn("entered_at", label=_("Date and time")),
        ReferenceColumn(
            "reference",
            label=_("Reference"),
            get_url=lambda line: posting_url(line.posting_id),
        ),
        Column("receipt_number", label=_("Receipt number")),
        Column("fund", label=_("Fund")),
        Column("account_reference", label=_("Account reference")),
        MethodColumn("method", label=_("Method of payment")),
        MoneyColumn("amount", label=_("Amount")),
        Column("posting.get_kind_display", label=_("Kind")),
    ]
    export_columns = (
        (_("Accounting date"), "accounting_date"),
        (_("Date and time"), "entered_at"),
        (_("Reference"), "reference"),
        (_("Receipt number"), "receipt_number"),
        (_("Kind"), "posting__kind"),
        (_("Fund"), "fund__code"),
        (_("Fund name"), "fund__name"),
        (_("Account reference"), "account_reference"),
        (_("Method of payment"), "method__code"),
        (_("Amount"), "amount"),
        (_("VAT rate"), "vat_rate"),
        (_("VAT"), "vat_amount"),
        (_("Narrative"), "narrative"),
        (_("PSP reference"), "psp_reference"),
    )


class PostingView(ScopedInspectView):
    """One event of the book: its lines, who paid, what can be done, and the whole story."""

    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/ledger/staff/posting.html"
    page_title = _("Posting")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("entered_by", "office", "reverses", "reversed_by", "payer")

    def get_page_subtitle(self) -> str:
        return self.lines[0].receipt_number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_transactions:index"), "label": _("Transactions")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        scope = scope_of(request.user, "ims_ledger.view_transaction")
        every = list(
            self.object.lines.select_related("fund", "method", "vat_code", "corrects").order_by(
                "line_number"
            )
        )
        self.lines = [line for line in every if line.fund_id in scope]
        self.hidden_lines = len(every) - len(self.lines)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        see_payer = scope_of(self.request.user, "ims_ledger.view_payerdetails")
        can, can_not = actions_on(posting=self.object, user=self.request.user)
        writes = scope_of(self.request.user, ADD)
        panels = [fn(self.object, self.request) for fn in hooks.get_hooks(POSTING_PANELS)]
        return {
            **context,
            "posting": self.object,
            "lines": self.lines,
            "hidden_lines": self.hidden_lines,
            "total": sum((line.amount for line in self.lines), ZERO),
            "vat_total": sum((line.vat_amount for line in self.lines), ZERO),
            "payer": getattr(self.object, "payer", None)
            if any(line.fund_id in see_payer for line in self.lines)
            else None,
            "can": can,
            "can_not": can_not,
            "story": story_of(posting=self.object, reader=self.request.user),
            "note_form": note_form()
            if any(line.fund_id in writes for line in self.lines)
            else None,
            "panels": [panel for panel in panels if panel is not None],
        }


class PostingViewSet(ScopedModelViewSet):
    """The page of one posting; its list is the list of transactions."""

    model = Posting
    name = "postings"
    icon = "receipt"
    menu_hook = None
    views = ("inspect",)
    inspect_view_class = PostingView
    inspect_template_name = PostingView.template_name

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("note/<int:pk>/", NoteView.as_view(), name="note"),
        ]
