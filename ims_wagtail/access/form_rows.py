"""A table of rows inside the form of something they belong to."""

from typing import Any

from wagtail.admin.panels import Panel


class FormRowsPanel(Panel):
    """The formset that a form keeps under ``rows``: a row each, and a few empty ones at the end.

    More empty rows come with the next edit, so that no script is needed.
    """

    def __init__(self, rows: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "rows": self.rows}

    class BoundPanel(Panel.BoundPanel):
        template_name = "ims_wagtail/access/staff/form_rows.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            name = self.panel.rows
            return {**context, "rows": getattr(self.form, name), "id": f"ims-{name}"}
