"""A report as a file: CSV or a workbook, the same rows in both."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from ims_wagtail.access import audit
from ims_wagtail.access.export import stream_csv
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.xlsx import send_xlsx

from .asking import Asked
from .forms import EXPORT
from .keeping import covers
from .models import SavedReport
from .report import Outcome, Report


_SENDS = {"csv": stream_csv, "xlsx": send_xlsx}
FORMATS = tuple(_SENDS)


def may_take(user: Any, asked: Asked) -> bool:
    """Say whether a person may take a report of these funds away."""
    scope = scope_of(user, EXPORT)
    return bool(scope) and covers(scope, asked)


def send(
    *, user: Any, report: Report, asked: Asked, outcome: Outcome, wanted: str
) -> HttpResponseBase:
    """Answer with the file, and write down that it was taken. Raises ``PermissionDenied``."""
    if wanted not in _SENDS or not may_take(user, asked):
        raise PermissionDenied
    taken = {"report": report.code, "from": asked.start, "to": asked.end, "format": wanted}
    audit.record(user=user, action="export", obj=SavedReport, after=taken)
    return _SENDS[wanted](
        filename=f"{report.code}-{asked.start}-{asked.end}",
        headings=[str(column.heading) for column in report.columns],
        rows=[row.values for row in outcome.rows],
    )
