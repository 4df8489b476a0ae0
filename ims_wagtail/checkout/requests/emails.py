"""The e-mails that ask somebody to pay, and remind them once, in their language."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from ims_wagtail.funds.wording import service_name
from ims_wagtail.money import format_pounds
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.ui.council import address_of, council_of

from .models import RequestToPay
from .selectors import closed_because


REQUEST = "request_to_pay"
REMINDER = "request_to_pay_reminder"
_FOLDER = "ims_wagtail/requests/email"


def request_email(message: Message) -> Email:
    """Write the e-mail with a link; ``parameters`` hold ``request_id``.

    Raises ``LookupError`` for a link that can't be used any more, which stops it from being sent.
    """
    return _email(message, "request")


def reminder_email(message: Message) -> Email:
    """Write the reminder, as ``request_email`` does; who wants none since gets none."""
    return _email(message, "reminder")


def link_to(request: RequestToPay) -> str:
    """Return the whole address by which a request is paid."""
    path = reverse("ims_checkout:link", kwargs={"token": request.token})
    return f"{address_of(request.site)}{path}"


def last_day(request: RequestToPay) -> str:
    """Write until which day a link can be used, in the reader's language."""
    return date_format(request.last_day, "j F Y")


def _email(message: Message, name: str) -> Email:
    request = (
        RequestToPay.objects.select_related("payment_type", "site", "recipient", "application")
        .filter(pk=message.parameters["request_id"])
        .first()
    )
    if request is None or request.is_waiting or closed_because(request):
        raise LookupError("no open link")
    if name == "reminder" and request.recipient.no_reminders:
        raise LookupError("reminders are not wanted")
    url = link_to(request)
    context = {
        "supplier": council_of(request.site).name,
        "service": service_name(request.payment_type),
        "name": request.recipient.name,
        "words": request.recipient.message,
        "application": str(getattr(request, "application", "")),
        "amount": format_pounds(request.amount) if request.amount else "",
        "url": url,
        "stop_url": f"{url}stop/",
        "until": last_day(request),
        "is_reminder": name == "reminder",
    }
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/{name}_subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/request.txt", context),
        html=render_to_string(f"{_FOLDER}/request.html", context),
    )
