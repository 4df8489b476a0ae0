"""What is left of items: told by the book each time, never stored."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.ledger.models import Hold, Transaction
from ims_wagtail.money import ZERO

from .models import AllocationTake, SuspenseItem


def with_remaining(items: QuerySet[SuspenseItem]) -> QuerySet[Any]:
    """Add, in pounds: ``gone`` (what corrected them), ``held`` (under way) and ``remaining``.

    Money in suspense is held line by line in the book. What is owed (an amount below nothing) can't
    be held there: of it, what waiting allocations take is under way.
    """
    gone = Transaction.objects.filter(corrects=OuterRef("transaction_id"))
    held = Hold.objects.filter(transaction=OuterRef("transaction_id"))
    owed = AllocationTake.objects.filter(
        item=OuterRef("pk"), amount__lt=0, allocation__state=CorrectionState.WAITING
    )
    return items.annotate(
        gone=_sum(gone, "corrects"),
        held=_sum(held, "transaction") + _sum(owed, "item"),
    ).annotate(remaining=F("amount") + F("gone") - F("held"))


def _sum(rows: QuerySet[Any], by: str) -> Coalesce:
    sums = rows.order_by().values(by).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums), ZERO)
