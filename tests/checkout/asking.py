"""Requests to pay, as staff make them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from ims_wagtail.checkout.requests.making import Wanted, make_request
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from tests.staff.people import make_person


def ask(payment_type: PaymentType, *, and_send: bool = False, by: Any = None, **wanted: Any):
    """A request for £120.50 on a council tax account, to be paid within two weeks."""
    values: dict[str, Any] = {
        "reference": "301122331",
        "amount": Decimal("120.50"),
        "expires_on": accounting_date() + timedelta(days=14),
        "name": "Ada Brook",
        "email": "ada@example.org",
    }
    return make_request(
        wanted=Wanted(payment_type=payment_type, **values | wanted),
        by=by or make_person(),
        and_send=and_send,
    )


def path_of(request: RequestToPay) -> str:
    """The address of its link, on this site."""
    return reverse("ims_checkout:link", kwargs={"token": request.token})
