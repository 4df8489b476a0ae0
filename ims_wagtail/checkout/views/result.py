"""What became of a payment. The truth is our record, reached by a token nobody can guess."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ims_wagtail.checkout.afterwards import question_address
from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.outcomes import outcome_of
from ims_wagtail.checkout.receipts import refunds_made
from ims_wagtail.checkout.responses import see_step, step
from ims_wagtail.checkout.together import together_with
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import EventSource
from ims_wagtail.payments.links import is_invitation, link_of
from ims_wagtail.payments.models import Attempt, Order, OrderLine
from ims_wagtail.payments.selectors import attempt_by_return_token
from ims_wagtail.payments.settling import settle
from ims_wagtail.ui.languages import answer_in


@step("GET")
def returned(request: HttpRequest, token: str) -> HttpResponse:
    """Take the resident back from the provider: look at the payment, then show the result.

    It may be opened any number of times, on any device: settling twice changes nothing.
    """
    attempt = _attempt(token)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    return see_step("result", token=token)


@step("GET")
def result(request: HttpRequest, token: str) -> HttpResponse:
    """Show what became of one attempt to pay."""
    attempt = _attempt(token)
    return result_page(
        request,
        order=attempt.order,
        attempt=attempt,
        again_url=reverse("ims_checkout:return", kwargs={"token": token}),
        receipt_url=reverse("ims_checkout:receipt", kwargs={"token": token}),
    )


def result_page(
    request: HttpRequest, *, order: Order, attempt: Attempt, again_url: str, receipt_url: str
) -> HttpResponse:
    """Draw the page for an outcome.

    It holds status, receipt number, amount and descriptions only: whoever has the address may see
    it, so nothing personal may stand on it.
    """
    read_in_order_language(request, order)
    outcome = outcome_of(order=order, attempt=attempt)
    lines = list(order.lines.all())
    together = together_with(order)
    refunds = refunds_made(order) if outcome == Outcome.PAID else ()
    context = {
        "outcome": outcome.value,
        "order": order,
        "total": format_pounds(order.total),
        "lines": [(line.description, format_pounds(line.amount)) for line in lines],
        "confirmations": _confirmations(lines) if outcome == Outcome.PAID else [],
        "refunds": refunds,
        "is_refunded": sum(refund.amount for refund in refunds) >= order.total,
        # An invitation's receipt goes to who gave it, whoever pays.
        "has_email": bool(_email(order)) and not is_invitation(order),
        # A link was given to who pays; there is no basket of theirs.
        "by_link": link_of(order) is not None,
        "order_url": reverse("ims_checkout:order", kwargs={"token": order.token}),
        "again_url": again_url,
        "receipt_url": receipt_url,
        "question_url": question_address(order) if outcome == Outcome.PAID else "",
        "together": together,
        "others": together.others(order) if together else [],
        "next_payment": together.next_after(order) if together else None,
    }
    return render(request, f"ims_wagtail/checkout/result/{outcome.value}.html", context)


def read_in_order_language(request: HttpRequest, order: Order) -> None:
    """Go on in the language it was ordered in, unless this browser has chosen one.

    A banking app may come back in another browser, which does not know the language chosen.
    """
    read_in(request, order.language)


def read_in(request: HttpRequest, language: str) -> None:
    """Answer in a language, unless this browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        answer_in(request, language)


def _attempt(token: str) -> Attempt:
    attempt = attempt_by_return_token(token)
    if attempt is None:
        raise Http404
    return attempt


def _confirmations(lines: list[OrderLine]) -> list[str]:
    """Return what the pages say once paid, each once."""
    return list(dict.fromkeys(line.confirmation for line in lines if line.confirmation))


def _email(order: Order) -> Any:
    contact = getattr(order, "contact", None)
    return contact.email if contact else ""
