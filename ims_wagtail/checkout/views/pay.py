"""Off to the provider's page, after everything has been checked once more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.forms.pay import INVITE, PayForm
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.parts import Parts, parts_of
from ims_wagtail.checkout.paying import order_request
from ims_wagtail.checkout.recheck import Rechecked, paid_before, recheck
from ims_wagtail.checkout.requests.claiming import claim
from ims_wagtail.checkout.responses import see_basket, see_other, see_step, step
from ims_wagtail.checkout.selectors import open_basket
from ims_wagtail.checkout.services import take_out
from ims_wagtail.checkout.together import together_with
from ims_wagtail.conf import ims_settings
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.exceptions import (
    AlreadyPaid,
    AmountNotAccepted,
    PaymentUnknown,
    ProviderUnavailable,
)
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.services import create_orders, invite, start_payment
from ims_wagtail.ui.council import council_for

from .check import check_page, unfinished_step


@step("GET", "POST")
def start(request: HttpRequest) -> HttpResponse:
    """Order the basket and send the resident to pay; what today's rules refuse is taken out.

    A GET comes from changing the language or reloading; it shows the step before.
    """
    if request.method != "POST":
        return see_step("check")
    shopping = open_basket(basket_token(request), with_rules=True)
    basket = shopping.basket
    if (missing := unfinished_step(shopping)) is not None or basket is None:
        return missing or see_basket("empty")
    if request.POST.get("version") != str(basket.version):
        return see_step("check", notice="other_tab")
    if len(shopping.lines) > ims_settings().basket_lines:
        return see_basket("too_many")
    rechecked = recheck(shopping.lines)
    if rechecked.refused:
        take_out(basket=basket, refused=rechecked.refused)
        return see_basket()
    parts = parts_of(shopping.lines, site_id=council_for(request).site_id)
    if not parts.payable:
        return see_step("check", notice="unavailable")
    if request.POST.get("shape") != parts.shape:
        return see_step("check", notice="other_way")
    again = paid_before(parts.lines)
    form = PayForm(
        version=basket.version, shape=parts.shape, paid_before=bool(again), data=request.POST
    )
    if not form.is_valid():
        return check_page(
            request, shopping=shopping, basket=basket, parts=parts, again=again, form=form
        )
    asked = {
        line.pk: (line.account_reference, line.amount) for line in parts.lines if line.is_asked
    }
    if elsewhere := claim(asked):
        take_out(basket=basket, refused=elsewhere)
        return see_basket()
    return _begin(request, parts=parts, basket=basket, rechecked=rechecked)


def _begin(
    request: HttpRequest, *, parts: Parts, basket: Basket, rechecked: Rechecked
) -> HttpResponse:
    """Order all that can be paid, one order for each payment, and begin the first of them."""
    try:
        orders = create_orders(
            order_request(
                basket=basket,
                lines=parts.lines,
                checked=rechecked.good,
                language=get_language() or "",
                site_id=council_for(request).site_id,
            )
        )
        if INVITE in request.POST:
            for order in orders:
                invite(order=order)
            return see_step("invited", token=orders[0].token)
        payment = start_payment(order=orders[0])
    except AmountNotAccepted as limits:
        context = {
            "minimum": format_pounds(limits.minimum),
            "maximum": format_pounds(limits.maximum),
            "total": format_pounds(limits.total),
            "descriptions": limits.descriptions if len(parts.payable) > 1 else (),
        }
        return render(request, "ims_wagtail/checkout/amount_not_accepted.html", context)
    except ProviderUnavailable:
        return see_step("check", notice="unavailable")
    except (AlreadyPaid, PaymentUnknown):
        return _show_order(basket)
    return see_other(payment.next_url)


def _show_order(basket: Basket) -> HttpResponse:
    """Show how the basket's orders stand: paid in another tab, or nobody can say yet."""
    order = Order.objects.filter(basket_token=basket.token).order_by("-pk").first()
    if order is None:
        return see_basket()
    return see_step("summary" if together_with(order) else "order", token=order.token)
