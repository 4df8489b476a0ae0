"""Writing down who looks at personal data; what they saw is never copied."""

import logging
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from django.utils import timezone

from ims_wagtail.funds.models import Fund

from .models import ReadEntry, ReadWhat


logger = logging.getLogger(__name__)


def note_read(
    *,
    user: Any,
    what: ReadWhat,
    obj: Model | type[Model],
    fund: Fund | int | None = None,
) -> None:
    """Note that a person looked at somebody's data, or searched a kind of it; once an hour each.

    One query. Never raises: a page is shown even when its note can't be written, which is logged.
    ``fund`` decides who may read the note.
    """
    now = timezone.now()
    entry = ReadEntry(
        at=now,
        hour=now.replace(minute=0, second=0, microsecond=0),
        user_id=user.pk,
        user_name=user.get_username()[:150],
        what=what,
        object_type=obj._meta.label,
        object_id="" if isinstance(obj, type) or obj.pk is None else str(obj.pk),
        fund_id=fund.pk if isinstance(fund, Fund) else fund,
    )
    try:
        ReadEntry.objects.bulk_create([entry], ignore_conflicts=True)
    except DatabaseError:
        logger.exception("a look at %s was not noted", entry)
