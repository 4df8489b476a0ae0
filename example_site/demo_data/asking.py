"""The stage in which people were asked to pay by links, and a page holds blocks for paying."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from wagtail.models import Site

from example_site.models import StandardPage
from ims_wagtail.checkout.requests.deciding import withdraw
from ims_wagtail.checkout.requests.making import Wanted, make_request
from ims_wagtail.checkout.requests.models import RequestToPay, RequestUse
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType, Price
from ims_wagtail.funds.selectors import payable_types
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import OrderLine

from . import staff
from .trade import services


_SERVICE = "council-tax"


def is_done() -> bool:
    """Tell whether anybody was asked to pay."""
    return RequestToPay.objects.exists()


def build() -> str:
    """Ask five people to pay, one way or another, and publish the page."""
    today = accounting_date()
    kind = payable_types(today).get(slug=_SERVICE)
    references = services(today)[_SERVICE].references
    officer = User.objects.get(username=staff.FINANCE_OFFICER)
    paid = _paid(kind)
    settled = _ask(kind, officer, paid.account_reference, paid.amount, "A Resident", today)
    RequestUse.objects.create(request=settled, basket_line=paid.basket_line)
    _ask(kind, officer, references[0], Decimal("142.00"), "B Resident", today)
    opened = _ask(kind, officer, references[1], Decimal("96.50"), "C Resident", today)
    RequestToPay.objects.filter(pk=opened.pk).update(opened_at=timezone.now())
    _ask(kind, officer, references[2], Decimal("880.00"), "D Resident", today, needs_approval=True)
    withdraw(
        request=_ask(kind, officer, references[3], Decimal("20.00"), "E Resident", today),
        by=officer,
    )
    _publish_page()
    return f"{RequestToPay.objects.count()} requests, and a page with ways to pay"


def _ask(
    kind: PaymentType,
    by: User,
    reference: str,
    amount: Decimal,
    name: str,
    today: date,
    **more: Any,
) -> RequestToPay:
    wanted = Wanted(
        payment_type=kind,
        expires_on=today + timedelta(days=28),
        reference=reference,
        amount=amount,
        name=name,
        message="Your next instalment",
        **more,
    )
    return make_request(wanted=wanted, by=by)


def _paid(kind: PaymentType) -> OrderLine:
    """The newest payment that was made online for it."""
    return OrderLine.objects.filter(
        payment_type=kind, order__state=OrderState.PAID, order__channel=Channel.ONLINE
    ).latest("pk")


def _publish_page() -> None:
    """A page of plain words with a button, a small form and a table of prices."""
    pages = PaymentPage.objects.live()
    council_tax = pages.get(slug="council-tax", locale__language_code="en-gb")
    prices = Price.objects.filter(enabled=True, changes__isnull=False).distinct()
    page = StandardPage(
        title="Ways to pay",
        slug="ways-to-pay",
        body="<p>Pay online with a card, by telephone on 01632 960 100, or at the Town Hall.</p>",
        updated=date(2025, 10, 1),
    )
    page.payments = [
        ("pay_form", {"page": council_tax, "heading": "Council tax"}),
        (
            "price_table",
            {
                "caption": "What things cost",
                "rows": [{"label": price.name, "price": price} for price in prices[:5]],
                "page": None,
            },
        ),
        ("pay_button", {"page": council_tax, "words": "All about paying council tax"}),
    ]
    page.full_clean(exclude=["path", "depth"])
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    page.save_revision().publish()
