"""The e-mail by which a payer gets a link to pay, in their language."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from ims_wagtail.clock import LONDON
from ims_wagtail.money import format_pounds
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import PaymentLink
from ims_wagtail.ui.council import address_of, council_of


_FOLDER = "ims_wagtail/backoffice/taking/email"


def link_email(message: Message) -> Email:
    """Write the e-mail; ``parameters`` hold ``order_id``.

    Raises ``LookupError`` for a link that can't be paid by any more, which stops it from being
    sent.
    """
    link = (
        PaymentLink.objects.select_related("order")
        .filter(order_id=message.parameters["order_id"])
        .first()
    )
    if link is None or link.is_closed or link.order.state != OrderState.UNPAID:
        raise LookupError("no open link")
    order = link.order
    path = reverse("ims_checkout:order", kwargs={"token": order.token})
    context = {
        "supplier": council_of(order.site).name,
        "reference": order.reference,
        "lines": [(line.description, format_pounds(line.amount)) for line in order.lines.all()],
        "total": format_pounds(order.total),
        "url": f"{address_of(order.site)}{path}",
        "until": date_format(link.expires_at.astimezone(LONDON), "j F Y, H:i"),
    }
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/link_subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/link.txt", context),
        html=render_to_string(f"{_FOLDER}/link.html", context),
    )
