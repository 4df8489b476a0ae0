"""Outcomes as they are kept, and as they are read again."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ims_wagtail.access.policy import Scope

from .asking import Asked
from .report import Check, Kind, Outcome, Report, Row


_READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.DAY: date.fromisoformat,
    Kind.MONEY: Decimal,
    Kind.PERCENT: Decimal,
    Kind.NUMBER: int,
    Kind.TEXT: str,
}


def kept(outcome: Outcome, asked: Asked) -> dict[str, Any]:
    """Return the fields of a kept report."""
    return {
        "start": asked.start,
        "end": asked.end,
        "every_fund": asked.scope.every,
        "funds": sorted(asked.scope.fund_ids),
        "rows": [
            [[value if isinstance(value, int) else str(value) for value in row.values], row.url]
            for row in outcome.rows
        ],
        "checks": [[check.label, str(check.reported), str(check.book)] for check in outcome.checks],
    }


def read(report: Report, fields: Mapping[str, Any]) -> tuple[Asked, Outcome]:
    """Return what was asked and what came of it, from the fields of a kept report."""
    scope = Scope(every=fields["every_fund"], fund_ids=frozenset(fields["funds"]))
    rows = [
        Row(
            tuple(
                _READ[column.kind](value)
                for column, value in zip(report.columns, values, strict=True)
            ),
            url,
        )
        for values, url in fields["rows"]
    ]
    checks = [
        Check(label, Decimal(reported), Decimal(book)) for label, reported, book in fields["checks"]
    ]
    return Asked(fields["start"], fields["end"], scope), Outcome(rows, checks)


def covers(scope: Scope, asked: Asked) -> bool:
    """Say whether somebody who works in the scope may see what was made of these funds."""
    return scope.every or (not asked.scope.every and asked.scope.fund_ids <= scope.fund_ids)
