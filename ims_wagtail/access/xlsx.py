"""Workbooks sent to whoever asked for them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse


_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_xlsx(
    *, filename: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """Answer with a workbook."""
    # What writes it is large, and most processes never do.
    from .workbooks import xlsx_of

    content = xlsx_of(headings=headings, rows=rows, title=filename)
    response = HttpResponse(content, content_type=_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
