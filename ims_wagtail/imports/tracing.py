"""From a row as it was received to what it became in the book, and back."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.permissions import policy_registry

from ims_wagtail.ledger.models import Transaction
from ims_wagtail.suspense.models import SuspenseItem

from .models import ImportPosting, ImportRow
from .policy import may_in_every_fund


#: See rows as they were received, in every fund of their import type.
SEE_ROWS = "ims_imports.view_importrow"
#: So many lines are told of what happened to one since.
MOST = 50


def became(rows: Iterable[ImportRow], *, reader: Any) -> dict[int, Transaction]:
    """Return the lines of the book that rows became, by the rows' ids, in funds the reader sees.

    The line of a row is that of one of its file's postings with its ordinal as number. One query.
    """
    known = {(row.of_import_id, row.ordinal): row.pk for row in rows}
    if not known:
        return {}
    lines = (
        _seen(reader)
        .filter(
            posting__import_posting__of_import__in={import_id for import_id, _ordinal in known},
            line_number__in={ordinal for _import_id, ordinal in known},
        )
        .select_related("fund", "posting__import_posting")
    )
    found = {}
    for line in lines:
        place = (line.posting.import_posting.of_import_id, line.line_number)
        if place in known:
            found[known[place]] = line
    return found


def since(line: Transaction, *, reader: Any) -> list[Transaction]:
    """Return what was done about a line since: lines that correct it, and where its money went."""
    seen = _seen(reader).select_related("fund", "posting")
    moved = Transaction.objects.filter(corrects=line).values("posting")
    return list(seen.filter(posting__in=moved).order_by("posting", "line_number")[:MOST])


def item_of(line: Transaction) -> SuspenseItem | None:
    """Return the item in suspense that a line is; ``None`` for one that went to its account."""
    return SuspenseItem.objects.filter(transaction=line).first()


def rows_of_posting(posting_id: int) -> Q:
    """Return the condition that rows became lines of a posting."""
    of_import = ImportPosting.objects.filter(posting=posting_id).values("of_import")
    numbers = Transaction.objects.filter(posting=posting_id).values("line_number")
    return Q(of_import__in=of_import, ordinal__in=numbers)


def row_of(line: Transaction) -> QuerySet[ImportRow]:
    """Return the row that became a line; none where it came otherwise."""
    return ImportRow.objects.filter(
        of_import__postings=line.posting_id, ordinal=line.line_number
    ).select_related("of_import__import_type")


def may_see_row(reader: Any, row: ImportRow) -> bool:
    """Say whether a person may see a row as it was received."""
    return may_in_every_fund(reader, SEE_ROWS, row.of_import.import_type)


def _seen(reader: Any) -> QuerySet[Transaction]:
    policy = policy_registry.get_by_type(Transaction)
    found: QuerySet[Transaction] = policy.instances_user_has_permission_for(reader, "view")
    return found
