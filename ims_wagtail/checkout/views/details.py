"""Who is paying."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.forms.details import DetailsForm
from ims_wagtail.checkout.responses import see_basket, see_step, step
from ims_wagtail.checkout.selectors import open_basket
from ims_wagtail.checkout.services import save_details


@step("GET", "POST")
def details(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and telephone, and for name and address where a payment needs them."""
    shopping = open_basket(basket_token(request))
    if shopping.basket is None or not shopping.lines:
        return see_basket("empty")
    form = DetailsForm(
        basket=shopping.basket,
        asks_address=shopping.asks_address,
        data=request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        save_details(basket=shopping.basket, details=form.cleaned_data)
        return see_step("check")
    return render(request, "ims_wagtail/checkout/details.html", {"form": form})
