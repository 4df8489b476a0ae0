"""What somebody sees who opens a link that asks them to pay."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils import timezone

from ims_wagtail.checkout.amounts.basis import layout_kept
from ims_wagtail.checkout.asked import Asked, asked_for
from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.entry import handle_entry
from ims_wagtail.checkout.fixed import Fixed
from ims_wagtail.checkout.page_facts import PageFacts
from ims_wagtail.checkout.responses import step
from ims_wagtail.checkout.selectors import open_basket, payable_type
from ims_wagtail.checkout.throttle import count_refusal, slow_down, too_many_refusals
from ims_wagtail.checkout.views.result import read_in
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.wording import service_name
from ims_wagtail.ui.council import address_of, council_for

from .applications.models import Application
from .emails import last_day
from .enums import Closed
from .models import RequestToPay, RequestUse
from .selectors import closed_because, money_by_others, request_by_token, what_is_fixed
from .sending import stop_reminders
from .using import note_use


_STATUS = {Closed.UNKNOWN: 404, Closed.PAYING: 409}


@step("GET", "POST")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link asks for; a POST puts it into the basket by the rules of every payment."""
    found = _found(request, token)
    if isinstance(found, HttpResponse):
        return found
    why = closed_because(found) or _paid_elsewhere(request, found)
    if why is not None:
        return _closed(request, why)
    payment_type = payable_type(found.payment_type.slug)
    asked = _asked(found)
    fixed = what_is_fixed(found)
    if payment_type is None or (found.page_id and asked is None) or _has_no_price(found, fixed):
        closed = {"service": service_name(found.payment_type)}
        return render(request, "ims_wagtail/checkout/closed.html", closed, status=410)
    result = handle_entry(
        request,
        payment_type=payment_type,
        page=asked.page if asked else None,
        questions=asked.questions if asked else (),
        amount=asked.amount if asked else None,
        fixed=fixed,
        added=lambda added: note_use(request=found, added=added),
    )
    if result.response is not None:
        return result.response
    if found.opened_at is None and request.method == "GET":
        RequestToPay.objects.filter(pk=found.pk, opened_at=None).update(opened_at=timezone.now())
    recipient = getattr(found, "recipient", None)
    context = {
        "form": result.form,
        "service": service_name(payment_type),
        "message": recipient.message if recipient else "",
        "until": last_day(found),
        "application": getattr(found, "application", None),
    }
    return result.remember(render(request, "ims_wagtail/requests/link.html", context))


@step("GET", "POST")
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether reminders are to stop, and stop them: what reads ahead in e-mails must not."""
    found = _found(request, token)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        stop_reminders(found)
    context = {"is_stopped": request.method == "POST"}
    return render(request, "ims_wagtail/requests/stop.html", context)


def _found(request: HttpRequest, token: str) -> RequestToPay | HttpResponse:
    """Return what a link asks for, to be read in its language; or what guessing is answered."""
    if too_many_refusals(request):
        return slow_down(request)
    found = request_by_token(token)
    if found is None:
        count_refusal(request)
        return _closed(request, Closed.UNKNOWN)
    if elsewhere := _own_address(request, found):
        return redirect(elsewhere)
    read_in(request, found.language)
    return found


def _own_address(request: HttpRequest, found: RequestToPay) -> str:
    """Return where a link opened on another site is to be opened; nothing where it is right."""
    if found.site_id in (None, council_for(request).site_id):
        return ""
    address = address_of(found.site)
    # Behind a proxy a site may not be known by its port: nobody is sent round in circles.
    here, _port = split_domain_port(request.get_host())
    return "" if urlsplit(address).hostname == here else f"{address}{request.path}"


def _closed(request: HttpRequest, why: Closed) -> HttpResponse:
    """Say why a link can't be used and what to do, and nothing of what it asked for."""
    context = {"why": why.value}
    status = _STATUS.get(why, 410)
    return render(request, "ims_wagtail/requests/closed.html", context, status=status)


def _paid_elsewhere(request: HttpRequest, found: RequestToPay) -> Closed | None:
    """Return whether somebody else is paying at this moment; one's own basket goes on."""
    if not found.single_use:
        return None
    lines = [line.pk for line in open_basket(basket_token(request)).lines]
    own = RequestUse.objects.filter(request=found, basket_line__in=lines).first()
    return money_by_others(found, line=own.basket_line if own else None)


def _asked(found: RequestToPay) -> Asked | None:
    """Return the page whose questions are asked, as it is now; of an application none are."""
    if not found.page_id:
        return None
    pages = asked_for(found.payment_type)
    live = next((asked for asked in pages if asked.page.id == found.page_id), None)
    application = getattr(found, "application", None)
    return live if application is None else _answered(application, live)


def _answered(application: Application, live: Asked | None) -> Asked:
    """Return what is paid, whatever became of the page on which it was applied for."""
    facts = PageFacts(
        id=application.page_id,
        title=application.page_title,
        answer_days=application.answer_days,
    )
    return Asked(
        page=live.page if live else facts,
        questions=(),
        amount=layout_kept(application.amount_basis),
    )


def _has_no_price(found: RequestToPay, fixed: Fixed) -> bool:
    """Say whether what was applied for has no price any more: nobody may choose another."""
    priced = found.payment_type.amount_source == AmountSource.PRICES
    return priced and hasattr(found, "application") and fixed.amount is None
