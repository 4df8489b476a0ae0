"""The receipt as an e-mail, from the same figures as the page."""

from django.template.loader import render_to_string

from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.payments.models import Order

from .models import ReceiptCopy
from .receipts import build_receipt


def receipt_email(message: Message) -> Email:
    """Write the e-mail of a paid order; ``parameters`` are ``order_id`` and a copy's ``copy_id``.

    Raises ``LookupError`` for an order that is gone or not paid, which stops it from being sent.
    """
    order = Order.objects.filter(pk=message.parameters["order_id"]).first()
    if order is None:
        raise LookupError("no such order")
    copy = None
    if copy_id := message.parameters.get("copy_id"):
        copy = ReceiptCopy.objects.select_related("made_by").get(pk=copy_id)
    receipt = build_receipt(order, copy=copy)
    context = {"receipt": receipt}
    folder = "ims_wagtail/checkout/email"
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{folder}/receipt_subject.txt", context).split()),
        text=render_to_string(f"{folder}/receipt.txt", context),
        html=render_to_string(f"{folder}/receipt.html", context),
    )
