"""The page after the last one: a question that nobody has to answer."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ims_wagtail.checkout.responses import see_other, step
from ims_wagtail.checkout.views.result import read_in_order_language
from ims_wagtail.payments.selectors import order_by_token

from .asking import page_that_asks
from .forms import FeedbackForm
from .giving import give_feedback
from .models import FeedbackGiven


@step("GET", "POST")
def ask(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Ask once for each payment; who comes again is thanked."""
    order = order_by_token(token)
    page_id = page_that_asks(order) if order is not None else None
    if order is None or page_id is None:
        raise Http404
    read_in_order_language(request, order)
    form = FeedbackForm(data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        give_feedback(
            order=order,
            page_id=page_id,
            score=form.cleaned_data["score"],
            words=form.cleaned_data["words"],
        )
        return see_other(request.path)
    context = {
        "form": None if FeedbackGiven.objects.filter(order=order).exists() else form,
        "back_url": reverse("ims_checkout:order", kwargs={"token": order.token}),
    }
    return render(request, "ims_wagtail/pages/feedback.html", context)
