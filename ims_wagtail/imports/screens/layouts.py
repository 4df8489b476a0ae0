"""Layouts: the columns of files of a sender's own, drawn up beside a sample."""

from dataclasses import replace
from io import BytesIO
from itertools import islice
from typing import Any

from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.form_rows import FormRowsPanel
from ims_wagtail.access.views import ScopedCreateView, ScopedEditView, ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.imports.enums import ImportKind, LayoutShape
from ims_wagtail.imports.formats.contract import Problem, Reader, Reading, Unreadable
from ims_wagtail.imports.formats.laid_out import LaidOutReader
from ims_wagtail.imports.holders.laid_out import LaidOutHoldersReader
from ims_wagtail.imports.holders.rows import HolderReader, HolderRow
from ims_wagtail.imports.layout_columns import check_columns
from ims_wagtail.imports.models import Layout, LayoutColumn
from ims_wagtail.imports.rows import Row


#: So many rows of a sample are shown, and so many empty rows end the table of columns.
_SHOWN, _EMPTY_ROWS = 20, 6


class _Columns(BaseInlineFormSet):
    """The columns of a layout: some amount among them, and each where it can stand."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        check_columns(
            [
                form.instance
                for form in self.forms
                if form.cleaned_data and not form.cleaned_data.get("DELETE")
            ]
        )

    def save_to(self, layout: Layout) -> None:
        """Keep the columns of a layout that has just been saved."""
        self.instance = layout
        self.save()


ColumnFormSet: Any = inlineformset_factory(
    Layout,
    LayoutColumn,
    formset=_Columns,
    fields=["field", "part", "heading", "place", "length", "required"],
    extra=_EMPTY_ROWS,
    can_delete=True,
)


class LayoutForm(WagtailAdminModelForm):
    """Saves a layout together with its columns, or neither."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        sent = data if data and "columns-TOTAL_FORMS" in data else None
        self.columns = ColumnFormSet(sent, instance=self.instance, prefix="columns")

    def is_valid(self) -> bool:
        # The columns are judged by the layout as it was typed. Both are looked at, so that all
        # mistakes are shown at once.
        valid = super().is_valid()
        return all([valid, not self.columns.is_bound or self.columns.is_valid()])

    def has_changed(self) -> bool:
        return super().has_changed() or (self.columns.is_bound and self.columns.has_changed())

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        if self.columns.is_bound:
            self.columns.save_to(saved)
        return saved


class _WithColumns:
    """A form's view that compares and audits the columns as well."""

    def details(self, obj: Any) -> dict[str, Any]:
        return super().details(obj) | {"columns": written(obj)}  # type: ignore[misc]


class LayoutCreateView(_WithColumns, ScopedCreateView):
    """Adds a layout with its columns."""


class LayoutEditView(_WithColumns, ScopedEditView):
    """Changes a layout and its columns."""


class LayoutView(ScopedInspectView):
    """Shows a layout and what it makes of its sample."""

    template_name = "ims_wagtail/imports/layout.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, problems, words = read_sample(self.object)
        return super().get_context_data(
            layout=self.object,
            edit_url=self.get_edit_url(),
            columns=list(self.object.columns.all()),
            rows=rows,
            problems=problems,
            words=words,
            of_holders=self.object.kind == ImportKind.ACCOUNT_HOLDERS,
            **kwargs,
        )


def written(layout: Layout) -> list[str]:
    """Return the columns of a layout in words, for the audit log."""
    return [
        f"{column.part} {column.field} {column.heading} {column.place} {column.length}"
        for column in layout.columns.all()
    ]


def read_sample(layout: Layout) -> tuple[list[Row | HolderRow], list[Problem], str]:
    """Return the first rows a layout reads from its sample, what is wrong, and both in words."""
    if not layout.sample.strip():
        return [], [], ""
    facts = layout.facts()
    if facts.shape == LayoutShape.SPREADSHEET:
        # What was copied out of a sheet: lines of text with tabs.
        facts = replace(facts, shape=LayoutShape.DELIMITED)
    made = LaidOutHoldersReader if layout.kind == ImportKind.ACCOUNT_HOLDERS else LaidOutReader
    reader: Reader | HolderReader = made(BytesIO(layout.sample.encode()), Reading(layout=facts))
    rows: list[Row | HolderRow] = []
    problems: list[Problem] = []
    try:
        for found in islice(iter(reader), 1000):
            (problems if isinstance(found, Problem) else rows).append(found)  # type: ignore[arg-type]
    except Unreadable as unreadable:
        problems.append(unreadable.problem)
    words = ngettext("%(count)d row was read.", "%(count)d rows were read.", len(rows))
    told = reader.totals
    text = words % {"count": len(rows)}
    if told.count is not None:
        text += " " + gettext("The sample says %(count)d rows.") % {"count": told.count}
    if told.amount is not None:
        text += " " + gettext("The sample says a total of %(total)s.") % {"total": told.amount}
    return rows[:_SHOWN], problems[:_SHOWN], text


class LayoutViewSet(ScopedModelViewSet):
    """Layouts of files."""

    model = Layout
    name = "layouts"
    icon = "table"
    menu_label = _("Layouts of files")
    menu_hook = SETUP_MENU
    menu_order = 71
    views = ("index", "inspect", "add", "edit", "delete")
    ordering = "name"
    copy_without = ("name",)
    list_display = ["name", Column("get_shape_display", label=_("Columns are"))]
    add_view_class = LayoutCreateView
    edit_view_class = LayoutEditView
    inspect_view_class = LayoutView
    inspect_template_name = LayoutView.template_name
    inspect_view_fields = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            MultiFieldPanel(
                [
                    FieldPanel("shape"),
                    FieldPanel("delimiter"),
                    FieldPanel("quoted"),
                    FieldPanel("has_headings"),
                ],
                _("How columns are told apart"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("skip_first"),
                    FieldPanel("skip_starting"),
                    FieldPanel("header_starts"),
                    FieldPanel("trailer_starts"),
                ],
                _("Lines that are no rows"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("date_format"),
                    FieldPanel("decimals"),
                    FieldPanel("sign"),
                    FieldPanel("negative_signs"),
                ],
                _("Days and amounts"),
            ),
            FormRowsPanel(
                "columns",
                heading=_("Columns"),
                help_text=_("Save to see beside the sample what the layout makes of it."),
            ),
            FieldPanel("sample"),
        ],
        base_form_class=LayoutForm,
    )
