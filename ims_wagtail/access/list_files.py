"""Any staff list as a file: the columns people see, with values in place of words."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BaseColumn, Column

from .columns import DayColumn, MethodColumn, MoneyColumn, TimeColumn


#: Columns that write a value for people; a file has the value itself.
_WORDED = (DayColumn, MethodColumn, MoneyColumn, TimeColumn)
_CHUNK = 2000


def exportable(columns: Sequence[BaseColumn]) -> list[Column]:
    """Return the columns that say something about a row, without tick boxes and buttons."""
    return [column for column in columns if isinstance(column, Column) and column.label]


def headings_of(columns: Sequence[Column]) -> list[str]:
    """Return the first row of the file."""
    return [str(column.label) for column in columns]


def rows_of(
    columns: Sequence[Column], rows: QuerySet[Any], request: HttpRequest
) -> Iterator[list[Any]]:
    """Yield the values of each row of the list, in constant memory."""
    context = {"request": request, "table": None, "row": None}
    for row in rows.iterator(chunk_size=_CHUNK):
        yield [_value(column, row, context) for column in columns]


def _value(column: Column, row: Any, context: dict[str, Any]) -> Any:
    if isinstance(column, _WORDED):
        shown = Column.get_value(column, row)
    else:
        # Some columns depend on who reads.
        shown = column.get_cell_context_data(row, context)["value"]
    if isinstance(shown, bool):
        return _("yes") if shown else _("no")
    if shown is None or isinstance(shown, (Decimal, int, date)):
        return shown
    return strip_tags(str(shown))
