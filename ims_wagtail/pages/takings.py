"""What pages took lately, for the people who may see payments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import swapper
from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Order, OrderLine


swapper.set_app_prefix("wagtailcore", "wagtail")
Page = swapper.load_model("wagtailcore", "Page")

PERMISSION = "ims_payments.view_order"
DAYS = 30


@dataclass(frozen=True, slots=True)
class Takings:
    """What one page took: pounds in so many days, the share that paid, and its last payment."""

    amount: Decimal
    #: Of what was taken to payment, as a fraction; nothing where nothing was.
    share_paid: Decimal | None
    last_paid_at: datetime | None


def sees_takings(user: Any) -> bool:
    """Say whether somebody may see payments of any fund."""
    return bool(scope_of(user, PERMISSION))


def takings_of(*, page_ids: Collection[int], user: Any) -> dict[int, Takings]:
    """Return what pages took, by their primary keys, in the funds this person may see.

    Three queries, whatever the number of pages. A page nobody ever took to payment is missing.
    """
    visible = _visible(scope_of(user, PERMISSION))
    since = timezone.now() - timedelta(days=DAYS)
    # Orders are numbered as they are made, so an index finds those of the days.
    first = Order.objects.filter(paid_at__gte=since).aggregate(first=Min("pk"))["first"] or 0
    lines = OrderLine.objects.filter(visible, page_id__in=page_ids).order_by()
    paid = ~Q(order__state=OrderState.UNPAID)
    online = Q(order__channel=Channel.ONLINE)
    lately: dict[Any, Any] = {
        row["page_id"]: row
        for row in lines.filter(order__gte=first, order__created_at__gte=since)
        .values("page_id")
        .annotate(
            begun=Count("basket_line", filter=online, distinct=True),
            paid=Count("basket_line", filter=online & paid, distinct=True),
            amount=Sum("amount", filter=paid, default=ZERO),
        )
    }
    last = _last_payments(visible, page_ids)
    found = lately.keys() | last.keys()
    return {page_id: _takings(lately.get(page_id), last.get(page_id)) for page_id in found}


def _last_payments(visible: Q, page_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each page was last paid on; the newest order is found first, by an index."""
    paid = OrderLine.objects.filter(visible, page_id=OuterRef("pk"), order__paid_at__isnull=False)
    newest = paid.order_by("-order_id").values("order__paid_at")[:1]
    pages = Page.objects.filter(pk__in=page_ids).annotate(last=Subquery(newest))
    return {pk: last for pk, last in pages.order_by().values_list("pk", "last") if last}


def _visible(scope: Scope) -> Q:
    return Q() if scope.every else Q(fund__in=scope.fund_ids)


def _takings(lately: Mapping[str, Any] | None, last: datetime | None) -> Takings:
    if lately is None:
        return Takings(amount=ZERO, share_paid=None, last_paid_at=last)
    begun = lately["begun"]
    return Takings(
        amount=lately["amount"],
        share_paid=Decimal(lately["paid"]) / begun if begun else None,
        last_paid_at=last,
    )
