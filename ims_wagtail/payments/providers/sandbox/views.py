"""The pretend provider's hosted page: where a payer types a card and is sent back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ims_wagtail.money import format_pounds

from . import remote
from .cards import BY_NUMBER, CARDS, FAILED, Card
from .models import SandboxPayment
from .states import State
from .tasks import credential_of, tell


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Show the form, or use the card; card numbers are neither stored nor shown again."""
    payment = SandboxPayment.objects.filter(pk=payment_id).first()
    credential = credential_of(payment) if payment else None
    if payment is None or credential is None or not credential.api_key:
        raise Http404("no such payment")
    with translation.override(payment.language):
        response = _respond(request, remote.catch_up(payment))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _respond(request: HttpRequest, payment: SandboxPayment) -> HttpResponse:
    if payment.state != State.CREATED:
        # The second press of an impatient payer, the first of which has paid: on to the result.
        if request.method == "POST":
            return redirect(payment.return_url)
        return _finished(request, payment, back=True)
    if request.method == "GET":
        return _form(request, payment)
    if request.POST.get("action") == "cancel":
        if remote.give_up(payment=payment):
            tell(payment=payment, webhooks=(FAILED,))
        return redirect(payment.return_url)
    number = "".join(request.POST.get("card_number", "").split()).replace("-", "")
    card = BY_NUMBER.get(number)
    if card is None:
        problem = (
            _("Enter one of the test card numbers listed on this page")
            if number
            else _("Enter a card number")
        )
        return _form(request, payment, problem=problem)
    return _use(request, payment, card)


def _use(request: HttpRequest, payment: SandboxPayment, card: Card) -> HttpResponse:
    if remote.use_card(payment=payment, card=card):
        tell(payment=payment, webhooks=card.webhooks)
    if card.returns:
        return redirect(payment.return_url)
    return _finished(request, payment, back=False)


def _form(request: HttpRequest, payment: SandboxPayment, problem: str = "") -> HttpResponse:
    context = {
        "payment": payment,
        "amount": format_pounds(payment.amount),
        "cards": CARDS,
        "problem": problem,
    }
    return render(request, "ims_wagtail/sandbox/pay.html", context)


def _finished(request: HttpRequest, payment: SandboxPayment, *, back: bool) -> HttpResponse:
    context = {"payment": payment, "back": back}
    return render(request, "ims_wagtail/sandbox/finished.html", context)
