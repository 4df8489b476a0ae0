"""Money in suspense, people who match it, and what they wish."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from ims_wagtail.ledger.entries import Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post
from ims_wagtail.suspense.models import SuspenseItem
from tests.corrections.making import Council
from tests.ledger.book import line


_number = count(1)


@transaction.atomic
def unmatched(
    council: Council,
    *amounts: str,
    payer: Payer | None = None,
    kind: PostingKind = PostingKind.PAYMENT,
    **values: Any,
) -> list[SuspenseItem]:
    """Money in suspense, of £100.00 when not told; returns its items."""
    plain = {"vat_rate": Decimal(0), "vat_amount": Decimal(0), "account_reference": "UNKNOWN"}
    lines = [
        line(council.suspense, council.method, amount, **plain | values)
        for amount in amounts or ("100.00",)
    ]
    posting = post(kind=kind, source=f"unmatched:{next(_number)}", lines=lines, payer=payer).posting
    items = SuspenseItem.objects.filter(transaction__posting=posting).select_related("transaction")
    return list(items.order_by("pk"))
