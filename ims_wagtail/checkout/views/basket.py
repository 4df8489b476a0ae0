"""The basket: what will be paid, and changing it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.notices import notice
from ims_wagtail.checkout.parts import Parts, parts_of
from ims_wagtail.checkout.responses import see_basket, step
from ims_wagtail.checkout.selectors import OpenBasket, open_basket
from ims_wagtail.checkout.services import LineGone, remove_line
from ims_wagtail.checkout.summaries import change_address, line_rows
from ims_wagtail.conf import ims_settings
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.council import council_for


@step("GET")
def basket(request: HttpRequest) -> HttpResponse:
    """Show every line with its amount and the total."""
    shopping = open_basket(basket_token(request), with_rules=True)
    parts = parts_of(shopping.lines, site_id=council_for(request).site_id)
    context = basket_context(shopping=shopping, parts=parts)
    context["notice"] = notice(request)
    return render(request, "ims_wagtail/checkout/basket.html", context)


def basket_context(*, shopping: OpenBasket, parts: Parts) -> dict[str, Any]:
    """Return what the page shows, for previews as well."""
    return {
        "removed": shopping.basket.removed if shopping.basket else [],
        "lines": [
            {
                "line": line,
                "rows": line_rows(line),
                "change_url": change_address(line),
                "is_closed": line in parts.closed,
            }
            for line in shopping.lines
        ],
        "total": format_pounds(parts.total),
        "is_payable": bool(parts.payable),
        "is_full": len(shopping.lines) >= ims_settings().basket_lines,
        "services_url": _services_url(shopping.basket),
    }


@step("POST")
def remove(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Take a line out."""
    shopping = open_basket(basket_token(request))
    if shopping.basket is None:
        return see_basket("gone")
    try:
        remove_line(basket=shopping.basket, line_id=line_id)
    except LineGone:
        return see_basket("gone")
    return see_basket("removed")


def _services_url(basket: Basket | None) -> str:
    address = basket.services_url if basket else ""
    # It was written by a page of this site; a mistake there must not lead residents elsewhere.
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else "/"
