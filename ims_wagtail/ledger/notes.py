"""Notes on postings: writing one, and telling them in a story."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.accounts.card_numbers import looks_like_card_number

from .exceptions import NoteRefused
from .models import Posting, PostingNote
from .story import Asked, Event


VIEW = "ims_ledger.view_postingnote"
ADD = "ims_ledger.add_postingnote"
LONGEST = 1000


def write_note(*, posting: Posting, key: UUID, text: str, by: Any) -> PostingNote:
    """Write a note on a posting, once for each ``key``. Raises ``NoteRefused``, with the reason.

    A note is kept for good, so a card number never gets into one.
    """
    tidy = text.replace("\r\n", "\n").strip()
    if not tidy:
        raise NoteRefused(_("Write something."))
    if len(tidy) > LONGEST:
        raise NoteRefused(_("A note is 1,000 characters at most."))
    if looks_like_card_number(tidy):
        raise NoteRefused(_("This looks like a card number, which must not be written down here."))
    scope = scope_of(by, ADD)
    fund_ids = set(posting.lines.order_by().values_list("fund_id", flat=True))
    if not any(fund_id in scope for fund_id in fund_ids):
        raise NoteRefused(
            _("You don't have the right to write notes in the funds of this posting.")
        )
    with transaction.atomic():
        note, is_new = PostingNote.objects.get_or_create(
            key=key, defaults={"posting": posting, "text": tidy, "author": by}
        )
        if is_new:
            # The words stay with the note, so that they stand in one place only.
            audit.record(
                user=by,
                action="write note",
                obj=note,
                fund=fund_ids.pop() if len(fund_ids) == 1 else None,
                after={"posting": posting.pk},
            )
    return note


def notes_told(asked: Asked) -> Iterator[Event]:
    """Tell of the notes on the postings."""
    seen = [pk for pk in asked.postings if asked.may(VIEW, pk)]
    notes = PostingNote.objects.filter(posting__in=seen).select_related("author").order_by("pk")
    for note in notes:
        yield Event(
            at=note.at,
            what=_("Note"),
            posting_ids=frozenset([note.posting_id]),
            details=(note.text,),
            by=name_of(note.author),
            url=reverse("ims_postings:inspect", args=[note.posting_id]),
        )
