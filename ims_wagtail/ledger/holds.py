"""Money of a line that is still there to give back or to move, and keeping some of it back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from ims_wagtail.money import ZERO

from .exceptions import NotAvailable, OutsideTransaction
from .models import Hold, Transaction


def available(line_ids: Iterable[int]) -> dict[int, Decimal]:
    """Return what may still be refunded or moved of each line, in pounds; one query.

    That is its amount less what was refunded, moved or reversed and less what is held; nothing of
    a line that itself corrects another, since its money counts there. Told without a lock, so only
    for showing: ``hold`` and the book decide.
    """
    corrected = (
        Transaction.objects.filter(corrects=OuterRef("pk"))
        .order_by()
        .values("corrects")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    held = (
        Hold.objects.filter(transaction=OuterRef("pk"))
        .order_by()
        .values("transaction")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    lines = Transaction.objects.filter(pk__in=list(line_ids)).annotate(
        corrected=Coalesce(Subquery(corrected), ZERO), held=Coalesce(Subquery(held), ZERO)
    )
    return {
        pk: max(amount + corrected - held, ZERO) if corrects is None else ZERO
        for pk, corrects, amount, corrected, held in lines.values_list(
            "pk", "corrects", "amount", "corrected", "held"
        )
    }


def hold(*, source: str, amounts: Mapping[int, Decimal]) -> None:
    """Keep back pounds of lines, by their ids, for one ``source`` such as ``refund:12``.

    All or nothing, inside the caller's transaction; whoever comes second to the same money waits
    and then gets ``NotAvailable``.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"holding for {source} needs a surrounding transaction")
    holds = [
        Hold(source=source, transaction_id=line_id, amount=amount)
        for line_id, amount in sorted(amounts.items())  # one order for all, against deadlocks
    ]
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(holds)
    except IntegrityError as error:
        raise NotAvailable(source) from error


def release(*, source: str) -> None:
    """Give back what is held for a source; nothing happens when nothing is held."""
    Hold.objects.filter(source=source).delete()
