"""What a file came to, for programs and people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ims_wagtail.money import ZERO

from .enums import HolderOutcome, ImportKind, ImportState, RowOutcome
from .models import HolderTotal, Import, ImportTotal


def by_outcome(file: Import) -> dict[str, tuple[int, Decimal]]:
    """Return how many rows came to each outcome, and what they add up to; one query."""
    found: dict[str, tuple[int, Decimal]] = {outcome.value: (0, ZERO) for outcome in RowOutcome}
    for total in ImportTotal.objects.filter(of_import=file):
        count, amount = found[total.outcome]
        found[total.outcome] = (count + total.count, amount + total.amount)
    return found


def summary(file: Import) -> dict[str, Any]:
    """Return what ``ims_import`` prints; the manual documents its keys. Amounts are pounds."""
    holders = file.import_type.kind == ImportKind.ACCOUNT_HOLDERS
    return {
        "import": file.pk,
        "type": file.import_type.code,
        "file": file.file_name,
        "sha256": file.sha256,
        "state": file.state,
        "rows": file.row_count,
        **(_of_accounts(file) if holders else _of_money(file)),
        "problem_count": file.problem_count,
        "problems": list(file.problems.values("line", "column", "found", "expected", "remedy")),
    }


def _of_accounts(file: Import) -> dict[str, Any]:
    outcomes = HolderOutcome.values
    totals = (
        HolderTotal.objects.filter(of_import=file).select_related("fund").order_by("fund__code")
    )
    funds = {
        total.fund.code if total.fund else "": {
            "known": total.known,
            **{outcome: getattr(total, outcome) for outcome in outcomes},
        }
        for total in totals
    }
    return {
        **{outcome: sum(found[outcome] for found in funds.values()) for outcome in outcomes},
        "funds": funds,
        "balances": str(file.amount),
    }


def _of_money(file: Import) -> dict[str, Any]:
    outcomes = by_outcome(file)
    return {
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
    }
