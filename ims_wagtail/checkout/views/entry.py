"""The first step for a payment type that has no page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ims_wagtail.checkout.entry import handle_entry
from ims_wagtail.checkout.requests.applications.pages import applied_at
from ims_wagtail.checkout.responses import see_other, step
from ims_wagtail.checkout.selectors import payable_type
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.wording import service_name


@step("GET", "POST")
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for reference and amount. What is closed says so rather than not being found.

    What an officer looks at first is applied for on its page only.
    """
    payment_type = payable_type(slug)
    if payment_type is None:
        closed = PaymentType.objects.filter(slug=slug).first()
        if closed is None:
            raise Http404
        context = {"service": service_name(closed)}
        return render(request, "ims_wagtail/checkout/closed.html", context, status=410)
    if page := applied_at(payment_type):
        return see_other(page)
    result = handle_entry(request, payment_type=payment_type)
    if result.response is not None:
        return result.response
    return render(
        request,
        "ims_wagtail/checkout/entry.html",
        {"form": result.form, "service": service_name(payment_type)},
    )
