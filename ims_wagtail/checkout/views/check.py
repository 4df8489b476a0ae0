"""Check your answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.forms.pay import PayForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.notices import notice
from ims_wagtail.checkout.parts import Parts, parts_of
from ims_wagtail.checkout.recheck import paid_before
from ims_wagtail.checkout.responses import see_basket, see_step, step
from ims_wagtail.checkout.selectors import OpenBasket, open_basket
from ims_wagtail.checkout.summaries import change_action, contact_rows, line_rows
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.council import council_for


@step("GET")
def check(request: HttpRequest) -> HttpResponse:
    """Show all that will be paid and who pays, before anything is begun."""
    shopping = open_basket(basket_token(request), with_rules=True)
    if (missing := unfinished_step(shopping)) is not None or shopping.basket is None:
        return missing or see_basket("empty")
    parts = parts_of(shopping.lines, site_id=council_for(request).site_id)
    again = paid_before(parts.lines)
    form = PayForm(version=shopping.basket.version, shape=parts.shape, paid_before=bool(again))
    return check_page(
        request, shopping=shopping, basket=shopping.basket, parts=parts, again=again, form=form
    )


def unfinished_step(shopping: OpenBasket) -> HttpResponse | None:
    """Send the resident to the step that has to come first, if one has."""
    basket = shopping.basket
    if basket is None or not shopping.lines:
        return see_basket("empty")
    if not basket.details_given or (shopping.asks_address and not basket.name):
        return see_step("details")
    return None


def check_page(
    request: HttpRequest,
    *,
    shopping: OpenBasket,
    basket: Basket,
    parts: Parts,
    again: tuple[BasketLine, ...],
    form: PayForm,
) -> HttpResponse:
    """Draw the page; the form may carry errors of the step after it."""
    context = check_context(
        basket=basket, asks_address=shopping.asks_address, parts=parts, again=again, form=form
    )
    context["notice"] = notice(request)
    return render(request, "ims_wagtail/checkout/check.html", context)


def check_context(
    *,
    basket: Basket,
    asks_address: bool,
    parts: Parts,
    again: tuple[BasketLine, ...],
    form: PayForm,
) -> dict[str, Any]:
    """Return what the page shows, for previews as well."""
    return {
        "form": form,
        "parts": [
            {
                "number": number,
                "total": format_pounds(part.total),
                "lines": [_shown(line) for line in part.lines],
            }
            for number, part in enumerate(parts.payable, start=1)
        ],
        "closed": [_shown(line) for line in parts.closed],
        "contact": contact_rows(basket, asks_address=asks_address),
        "again": again,
        "total": format_pounds(parts.total),
    }


def _shown(line: BasketLine) -> dict[str, Any]:
    actions = [] if line.is_applied_for else [change_action(line)]
    return {"line": line, "rows": line_rows(line, then="check"), "actions": actions}
