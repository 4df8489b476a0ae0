"""An outcome as a page shows it: words for values, totals, proofs, and a chart."""

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from ims_wagtail.money import format_pounds
from ims_wagtail.ui.charts import Chart, Figure
from ims_wagtail.ui.charts import Row as ChartRow

from .report import Column, Kind, Outcome, Report


#: A page shows so many rows; the files have all.
SHOWN = 1000
#: A chart of more bars than these says less than its table.
_BARS = 40


def words_of(column: Column, value: Any) -> str:
    """Write a value for people."""
    if value is None:
        return ""
    match column.kind:
        case Kind.MONEY:
            return format_pounds(value)
        case Kind.PERCENT:
            return f"{value * 100:.1f} %"
        case Kind.NUMBER:
            return f"{value:,}"
        case Kind.DAY:
            return date_format(value, "j M Y")
    return str(value)


def shown(report: Report, outcome: Outcome) -> dict[str, Any]:
    """Return what the template of an outcome needs."""
    rows = outcome.rows[:SHOWN]
    return {
        "columns": report.columns,
        "rows": [
            {
                "cells": [
                    (words_of(column, value), column.kind != Kind.TEXT)
                    for column, value in zip(report.columns, row.values, strict=True)
                ],
                "url": row.url,
            }
            for row in rows
        ],
        "more": len(outcome.rows) - len(rows),
        "number": len(outcome.rows),
        "totals": [
            words_of(column, total)
            for column, total in zip(report.columns, report.totals(outcome.rows), strict=True)
        ],
        "checks": [
            {
                "label": check.label,
                "reported": format_pounds(check.reported),
                "book": format_pounds(check.book),
                "agrees": check.agrees,
            }
            for check in outcome.checks
        ],
        "chart": _chart(report, outcome),
    }


def _chart(report: Report, outcome: Outcome) -> Chart | None:
    if not report.drawn or not 1 < len(outcome.rows) <= _BARS:
        return None
    labels, *figures = report.drawn
    return Chart(
        title=str(report.title),
        label_heading=str(report.columns[labels].heading),
        value_headings=tuple(str(report.columns[place].heading) for place in figures),
        rows=[
            ChartRow(
                words_of(report.columns[labels], row.values[labels]),
                tuple(Figure(Decimal(row.values[place]), row.url or None) for place in figures),
            )
            for row in outcome.rows
        ],
    )
