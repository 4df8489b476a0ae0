"""The e-mail by which a payer is asked what their money is for."""

from django.template.loader import render_to_string
from django.utils.formats import date_format

from ims_wagtail.clock import LONDON
from ims_wagtail.money import format_pounds
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.ui.council import council_of

from .models import SuspenseNote


_FOLDER = "ims_wagtail/suspense/email"


def question_email(message: Message) -> Email:
    """Write the e-mail; ``parameters`` hold ``note_id``."""
    note = SuspenseNote.objects.select_related("item__transaction").get(
        pk=message.parameters["note_id"]
    )
    council = council_of(None)
    context = {
        "supplier": council.name,
        "contact": council.contact_email,
        "phone": council.contact_phone,
        "amount": format_pounds(note.item.amount),
        "day": date_format(note.item.received_at.astimezone(LONDON), "j F Y"),
        "reference": note.item.transaction.reference,
        "question": note.text,
    }
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/question_subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/question.txt", context),
        html=render_to_string(f"{_FOLDER}/question.html", context),
    )
