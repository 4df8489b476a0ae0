"""The e-mails that confirm an application and refuse one. Who is approved is sent the link."""

from typing import Any

from django.template.loader import render_to_string

from ims_wagtail.funds.wording import service_name
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.ui.council import council_of

from .models import Application


APPLIED = "application"
REFUSED = "application_refused"
_FOLDER = "ims_wagtail/requests/email"


def applied_email(message: Message) -> Email:
    """Confirm that an application came; ``parameters`` hold ``application_id``.

    Raises ``LookupError`` for one that is not there or was erased.
    """
    return _email(message, "applied")


def refused_email(message: Message) -> Email:
    """Tell that an application was refused and why, as ``applied_email`` does."""
    return _email(message, "refused")


def _email(message: Message, name: str) -> Email:
    application = (
        Application.objects.select_related("payment_type", "site")
        .filter(pk=message.parameters["application_id"], erased_at=None)
        .first()
    )
    if application is None:
        raise LookupError("no such application")
    context: dict[str, Any] = {
        "supplier": council_of(application.site).name,
        "service": service_name(application.payment_type),
        "number": str(application),
        "reason": application.reason,
    }
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/{name}_subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/{name}.txt", context),
        html=render_to_string(f"{_FOLDER}/{name}.html", context),
    )
