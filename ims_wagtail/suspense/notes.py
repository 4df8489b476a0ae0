"""What people find out about items, and what they ask payers."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.notifications.services import queue_email

from .enums import NoteKind
from .exceptions import SuspenseRefused
from .models import SuspenseItem, SuspenseNote


LONGEST = 1000
#: What the outbox calls a question to a payer.
QUESTION_MESSAGE = "suspense_question"


@transaction.atomic
def write_note(*, item: SuspenseItem, text: str, by: Any) -> SuspenseNote:
    """Write down what was found out; it stays as it is. Raises ``SuspenseRefused``."""
    return _write(item, NoteKind.NOTE, text, by)


@transaction.atomic
def ask_payer(*, item: SuspenseItem, question: str, email: str, by: Any) -> SuspenseNote:
    """Ask a payer what their money is for, by an e-mail that is sent once.

    The address goes to the outbox only, which forgets it. Raises ``SuspenseRefused``.
    """
    if item.amount < 0:
        raise SuspenseRefused(_("This is money that is owed: nobody has paid it."))
    try:
        validate_email(email)
    except ValidationError as error:
        raise SuspenseRefused(_("Enter the payer's e-mail address.")) from error
    note = _write(item, NoteKind.QUESTION, question, by)
    queue_email(
        kind=QUESTION_MESSAGE,
        source=f"{QUESTION_MESSAGE}:{note.pk}",
        recipient=email,
        language=settings.LANGUAGE_CODE,
        parameters={"note_id": note.pk},
    )
    return note


def _write(item: SuspenseItem, kind: NoteKind, text: str, by: Any) -> SuspenseNote:
    tidy = text.strip()
    if not tidy:
        raise SuspenseRefused(_("Write something first."))
    if len(tidy) > LONGEST:
        raise SuspenseRefused(_("It must be 1,000 characters or fewer."))
    # One after the other, so that a button pressed twice writes and sends once.
    SuspenseItem.objects.select_for_update().get(pk=item.pk)
    if item.notes.filter(kind=kind, text=tidy).exists():
        raise SuspenseRefused(_("The same stands among the notes already."))
    note = SuspenseNote.objects.create(item=item, kind=kind, text=tidy, written_by=by)
    # What it says stands in the note itself, which nobody changes.
    audit.record(
        user=by,
        action="ask payer of suspense" if kind == NoteKind.QUESTION else "note on suspense",
        obj=item,
        fund=item.fund_id,
        after={"note": note.pk},
    )
    return note
