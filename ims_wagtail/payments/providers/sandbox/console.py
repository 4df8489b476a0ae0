"""The pretend provider's console: where somebody refunds a payment behind our back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ims_wagtail.money import AmountError, format_pounds, parse_amount

from .models import SandboxPayment
from .remote import catch_up
from .remote_refunds import refund_facts, refund_in_console


@never_cache
@require_http_methods(["GET", "POST"])
def console(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Show a payment and its refunds, and refund it; for people who may enter the admin."""
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404("no such payment")
    payment = catch_up(get_object_or_404(SandboxPayment, pk=payment_id))
    problem = ""
    if request.method == "POST":
        problem = _refund(payment, request.POST.get("amount", ""))
        if not problem:
            return redirect("ims_sandbox:console", payment_id)
    left, refused = refund_facts(payment)
    context = {
        "payment": payment,
        "taken": format_pounds(payment.taken or payment.amount),
        "left": format_pounds(left),
        "refused": refused,
        "refunds": [
            (made.created_at, format_pounds(made.amount), made.state, made.reference)
            for made in payment.refunds.order_by("created_at", "pk")
        ],
        "problem": problem,
    }
    response = render(request, "ims_wagtail/sandbox/console.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refund(payment: SandboxPayment, typed: str) -> str:
    """Refund what was typed; return what is wrong with it."""
    try:
        amount = parse_amount(typed)
    except AmountError as error:
        return str(error)
    if refund_in_console(payment=payment, amount=amount) is None:
        return _("So much can't be refunded")
    return ""
