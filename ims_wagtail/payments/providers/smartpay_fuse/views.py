"""Our page with the form that goes to Smartpay Fuse, and the address its page comes back to."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ims_wagtail.conf import ims_settings
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.languages import chosen_language

from .form import signed_form
from .keys import Keys, keys_for
from .models import FusePayment
from .provider import OFFERED
from .replies import NotAReply, checked, remember


@never_cache
@require_safe
def pay(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Show what is to be paid and a button that takes the payer to Barclaycard's page.

    A payment that is not offered any more leads to what became of it instead.
    """
    payment, keys = _known(payment_id)
    over = timezone.now() - payment.created_at >= OFFERED
    if payment.cancelled_at or payment.decision or over:
        return _back_to_result(payment)
    with translation.override(_language(request, payment)):
        context = {
            "amount": format_pounds(payment.amount),
            "reference": payment.reference,
            "telephone": payment.telephone,
            "action": keys.checkout_url,
            "fields": signed_form(
                payment=payment,
                keys=keys,
                back_url=ims_settings().base_url + request.path + "back/",
                now=timezone.now(),
            ),
        }
        response = render(request, "ims_wagtail/smartpay_fuse/pay.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Take the payer on to the result; a reply that is really one is noted first.

    The payer's browser posts it from Barclaycard's page and could send anything.
    """
    payment, keys = _known(payment_id)
    if request.method == "POST":
        try:
            reply = checked(fields=request.POST.dict(), secrets=keys.secrets)
        except NotAReply:
            return _back_to_result(payment)
        if reply.reference == payment.reference:
            remember(reply)
    return _back_to_result(payment)


def _known(payment_id: UUID) -> tuple[FusePayment, Keys]:
    payment = FusePayment.objects.filter(pk=payment_id).first()
    keys = keys_for(payment.webhook_url) if payment else None
    if payment is None or keys is None:
        raise Http404("no such payment")
    return payment, keys


def _back_to_result(payment: FusePayment) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": payment.return_url})


def _language(request: HttpRequest, payment: FusePayment) -> str:
    """Return the language chosen in this browser, or the one it was ordered in."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return chosen_language(request)
    return payment.language
