"""What was paid on a day, by the page or the payment type it was for."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.policy import Scope
from ims_wagtail.clock import LONDON
from ims_wagtail.payments.models import OrderLine
from ims_wagtail.ui.charts import Chart, Figure, Row

from .takings import compared_days, headings


#: A council has hundreds of pages; those that took most are named.
NAMED = 15


def chart_by_page(scope: Scope, day: date) -> Chart:
    """Return what orders paid on a day, and on those it is compared with, came to; largest first.

    The book knows no pages: this counts orders, so what was refunded since is still in it.
    """
    days = compared_days(day)
    sums: dict[tuple[int | None, int], dict[date, Decimal]] = defaultdict(dict)
    names: dict[tuple[int | None, int], str] = {}
    for on, page, payment_type, title, name, total in _found(scope, days):
        sums[page, payment_type][on] = total
        names.setdefault((page, payment_type), f"{title}: {name}" if title else name)
    largest_first = sorted(sums, key=lambda key: (-sums[key].get(day, Decimal(0)), names[key]))
    return Chart(
        title=_("Paid by page and payment type"),
        label_heading=_("Page and payment type"),
        value_headings=headings(),
        rows=[
            Row(
                names[key],
                tuple(
                    Figure(sums[key][on], orders_url(on, *key))
                    if on in sums[key]
                    else Figure(Decimal(0))
                    for on in days
                ),
            )
            for key in largest_first[:NAMED]
        ],
    )


def orders_url(day: date, page: int | None, payment_type: int) -> str:
    """Return the address of the orders behind a figure."""
    asked = {"paid_at_from": day, "paid_at_to": day, "payment_type": payment_type}
    if page:
        asked["page"] = page
    return f"{reverse('ims_orders:index')}?{urlencode(asked)}"


def _found(
    scope: Scope, days: tuple[date, ...]
) -> list[tuple[date, int | None, int, str, str, Decimal]]:
    """Ask for each day in a query of its own, which walks the index of that day alone."""
    found = []
    for on in days:
        begins = datetime.combine(on, time.min, tzinfo=LONDON)
        ends = datetime.combine(on + timedelta(days=1), time.min, tzinfo=LONDON)
        lines = OrderLine.objects.filter(order__paid_at__gte=begins, order__paid_at__lt=ends)
        if not scope.every:
            lines = lines.filter(fund_id__in=scope.fund_ids)
        rows = lines.order_by().values_list("page_id", "payment_type_id", "payment_type__name")
        found += [
            (on, page, payment_type, title, name, total)
            for page, payment_type, name, title, total in rows.annotate(
                title=Max("page_title"), total=Sum("amount")
            )
        ]
    return found
