"""What people find out about items, and what they ask payers."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.notifications.models import Message
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
    tidy = _tidy(text)
    if _alike(item, NoteKind.NOTE, tidy):
        raise SuspenseRefused(_("The same stands among the notes already."))
    return _write(item, NoteKind.NOTE, tidy, by)


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
    tidy = _tidy(question)
    sources = [_source(note) for note in _alike(item, NoteKind.QUESTION, tidy)]
    # To another address it may go: the first may have been wrong.
    if Message.objects.filter(source__in=sources, recipient__iexact=email).exists():
        raise SuspenseRefused(_("This question has gone to this address already."))
    note = _write(item, NoteKind.QUESTION, tidy, by)
    queue_email(
        kind=QUESTION_MESSAGE,
        source=_source(note),
        recipient=email,
        language=settings.LANGUAGE_CODE,
        parameters={"note_id": note.pk},
    )
    return note


def _tidy(text: str) -> str:
    tidy = text.strip()
    if not tidy:
        raise SuspenseRefused(_("Write something first."))
    if len(tidy) > LONGEST:
        raise SuspenseRefused(_("It must be 1,000 characters or fewer."))
    return tidy


def _alike(item: SuspenseItem, kind: NoteKind, text: str) -> list[SuspenseNote]:
    """Return what says the same of a locked item: a button pressed twice writes and sends once."""
    SuspenseItem.objects.select_for_update().get(pk=item.pk)
    return list(item.notes.filter(kind=kind, text=text))


def _source(note: SuspenseNote) -> str:
    return f"{QUESTION_MESSAGE}:{note.pk}"


def _write(item: SuspenseItem, kind: NoteKind, text: str, by: Any) -> SuspenseNote:
    note = SuspenseNote.objects.create(item=item, kind=kind, text=text, written_by=by)
    # What it says stands in the note itself, which nobody changes.
    audit.record(
        user=by,
        action="ask payer of suspense" if kind == NoteKind.QUESTION else "note on suspense",
        obj=item,
        fund=item.fund_id,
        after={"note": note.pk},
    )
    return note
