"""What a file came to, for programs and people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ims_wagtail.money import ZERO

from .enums import ImportState, RowOutcome
from .models import Import, ImportTotal


def by_outcome(file: Import) -> dict[str, tuple[int, Decimal]]:
    """Return how many rows came to each outcome, and what they add up to; one query."""
    found: dict[str, tuple[int, Decimal]] = {outcome.value: (0, ZERO) for outcome in RowOutcome}
    for total in ImportTotal.objects.filter(of_import=file):
        count, amount = found[total.outcome]
        found[total.outcome] = (count + total.count, amount + total.amount)
    return found


def summary(file: Import) -> dict[str, Any]:
    """Return what ``ims_import`` prints; the manual documents its keys. Amounts are pounds."""
    outcomes = by_outcome(file)
    return {
        "import": file.pk,
        "type": file.import_type.code,
        "file": file.file_name,
        "sha256": file.sha256,
        "state": file.state,
        "rows": file.row_count,
        "posted": outcomes[RowOutcome.POSTED][0],
        "suspense": outcomes[RowOutcome.SUSPENSE][0],
        "with_problems": outcomes[RowOutcome.PROBLEM][0],
        "duplicates": outcomes[RowOutcome.DUPLICATE][0],
        "rejected": outcomes[RowOutcome.REJECTED][0],
        "totals": {
            "file": str(file.amount),
            **{
                name: str(outcomes[outcome][1])
                for name, outcome in (
                    ("posted", RowOutcome.POSTED),
                    ("suspense", RowOutcome.SUSPENSE),
                    ("with_problems", RowOutcome.PROBLEM),
                    ("duplicates", RowOutcome.DUPLICATE),
                    ("rejected", RowOutcome.REJECTED),
                )
            },
            "funds": {
                total.fund.code if total.fund else "": str(total.amount)
                for total in file.totals.filter(
                    outcome__in=(RowOutcome.POSTED, RowOutcome.SUSPENSE)
                ).select_related("fund")
                if file.state != ImportState.FAILED
            },
        },
        "problem_count": file.problem_count,
        "problems": list(file.problems.values("line", "column", "found", "expected", "remedy")),
    }
