"""Money that stood in suspense at the end of a day, item by item."""

from datetime import date
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ims_wagtail.ledger.models import DailyTotal, Transaction
from ims_wagtail.money import ZERO
from ims_wagtail.suspense.models import SuspenseItem

from .asking import Asked
from .book import within


def open_items(asked: Asked) -> QuerySet[Any]:
    """Return the items with money left at the end of the last day, with ``gone`` and ``left``."""
    corrections = (
        Transaction.objects.filter(
            corrects=OuterRef("transaction_id"), accounting_date__lte=asked.end
        )
        .order_by()
        .values("corrects")
        .annotate(sum=Sum("amount"))
    )
    gone = Coalesce(Subquery(corrections.values("sum"), output_field=DecimalField()), ZERO)
    items = within(asked, SuspenseItem.objects.all()).filter(
        transaction__accounting_date__lte=asked.end
    )
    return items.annotate(gone=gone, left=F("amount") + F("gone")).exclude(left=0)


def book_of_suspense(asked: Asked) -> QuerySet[DailyTotal]:
    """Return the daily totals of the suspense fund from the first day on."""
    rows = DailyTotal.objects.filter(
        accounting_date__range=(date.min, asked.end), fund__is_suspense=True
    )
    return within(asked, rows)
