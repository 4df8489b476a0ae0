"""How many who began to pay on a page did pay, from our own baskets and orders; no cookies."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import LONDON
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import UNFINISHED_STATES, Channel, OrderState
from ims_wagtail.payments.models import Attempt, Order, OrderLine

from .asking import Asked
from .book import sum_of, within
from .report import Check, Column, Kind, Outcome, Report, Row


def _moments(asked: Asked) -> tuple[datetime, datetime]:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=LONDON)

    return midnight(asked.start), midnight(asked.end + timedelta(days=1))


def _begun(asked: Asked) -> QuerySet[OrderLine]:
    """Return the lines of orders that residents took to payment on the days."""
    begins, ends = _moments(asked)
    lines = OrderLine.objects.filter(
        order__channel=Channel.ONLINE, order__created_at__gte=begins, order__created_at__lt=ends
    )
    return within(asked, lines).order_by()


def _left(asked: Asked) -> QuerySet[BasketLine]:
    """Return what stands in residents' baskets since the days and was not taken to payment."""
    begins, ends = _moments(asked)
    lines = BasketLine.objects.filter(
        ~Exists(OrderLine.objects.filter(basket_line=OuterRef("pk"))),
        basket__staff_basket__isnull=True,
        basket__updated_at__gte=begins,
        basket__updated_at__lt=ends,
    )
    return within(asked, lines, "payment_type__fund").order_by()


def make(asked: Asked) -> Outcome:
    """Count order and basket lines by page; what was paid is proved by the book."""
    paid = ~Q(order__state=OrderState.UNPAID)
    under_way = Exists(
        Attempt.objects.filter(order=OuterRef("order_id"), state__in=UNFINISHED_STATES)
    )
    tried = Exists(Attempt.objects.filter(order=OuterRef("order_id")))
    failed = ~paid & tried & ~under_way
    where = ("page_id", "payment_type_id", "payment_type__name")
    found: dict[tuple[int | None, int], list[Any]] = defaultdict(lambda: [0, 0, 0, 0, ZERO])
    names: dict[tuple[int | None, int], tuple[str, str]] = {}
    for page, payment_type, name, title, number in (
        _left(asked).values_list(*where).annotate(title=Max("page_title"), number=Count("pk"))
    ):
        found[page, payment_type][0] = number
        names[page, payment_type] = (title, name)
    for page, payment_type, name, title, *figures in (
        _begun(asked)
        .values_list(*where)
        .annotate(
            title=Max("page_title"),
            number=Count("pk"),
            paid=Count("pk", filter=paid),
            failed=Count("pk", filter=failed),
            amount=Sum("amount", filter=paid, default=ZERO),
        )
    ):
        found[page, payment_type][1:] = figures
        names[page, payment_type] = (title, name)
    rows = [
        Row(
            (
                title or _("No page"),
                name,
                left + begun,
                begun,
                paid_number,
                failed_number,
                Decimal(paid_number) / (left + begun),
                amount,
            ),
            _orders_url(asked, *key),
        )
        for key, (title, name) in sorted(names.items(), key=lambda item: item[1])
        for left, begun, paid_number, failed_number, amount in [found[key]]
    ]
    reported = sum((row.values[7] for row in rows), ZERO)
    return Outcome(rows, [Check(_("Paid"), reported, _in_the_book(asked))])


def _in_the_book(asked: Asked) -> Decimal:
    """Add up what the book says was paid for these orders: not surcharges, nor second payments."""
    begins, ends = _moments(asked)
    orders = Order.objects.filter(
        channel=Channel.ONLINE, created_at__gte=begins, created_at__lt=ends
    )
    of_the_order = OrderLine.objects.filter(
        order__reference=OuterRef("receipt_number"),
        fund=OuterRef("fund"),
        account_reference=OuterRef("account_reference"),
    )
    lines = Transaction.objects.filter(
        Exists(of_the_order),
        posting__kind=PostingKind.PAYMENT,
        receipt_number__in=orders.values("reference"),
    )
    return sum_of(within(asked, lines))


def _orders_url(asked: Asked, page: int | None, payment_type: int) -> str:
    query: dict[str, Any] = {
        "created_at_from": asked.start,
        "created_at_to": asked.end,
        "payment_type": payment_type,
    }
    if page:
        query["page"] = page
    return f"{reverse('ims_orders:index')}?{urlencode(query)}"


REPORT = Report(
    code="page-conversion",
    title=gettext_lazy("Page conversion"),
    counts=gettext_lazy(
        "What residents put into a basket on the days, how much of it they took to payment, and how"
        " much was paid or failed. It is counted from baskets and orders, not by following anybody;"
        " baskets that were left are deleted after some days and are no longer counted then."
    ),
    columns=(
        Column(gettext_lazy("Page")),
        Column(gettext_lazy("Payment type")),
        Column(gettext_lazy("Started"), Kind.NUMBER),
        Column(gettext_lazy("Taken to payment"), Kind.NUMBER),
        Column(gettext_lazy("Paid"), Kind.NUMBER),
        Column(gettext_lazy("Failed"), Kind.NUMBER),
        Column(gettext_lazy("Share paid"), Kind.PERCENT),
        Column(gettext_lazy("Amount paid"), Kind.MONEY),
    ),
    make=make,
)
