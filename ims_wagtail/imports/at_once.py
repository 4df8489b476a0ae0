"""Posting without a preview: what finance chose for files that arrive by themselves."""

from __future__ import annotations

import logging

from .deciding import confirm
from .enums import ImportState, OnProblems, RowOutcome
from .exceptions import ImportRefused
from .models import Import
from .working import work_on


logger = logging.getLogger(__name__)


def post_if_right(*, import_id: int) -> None:
    """Post a checked file that is to be posted at once, unless something is wrong with it.

    Then it waits for a person like any other.
    """
    waiting = Import.objects.filter(pk=import_id, at_once=True, state=ImportState.PREVIEWED)
    file = waiting.first()
    if file is None or not _is_right(file):
        return
    try:
        confirm(import_id=file.pk, on_problems=file.on_problems, at_once=True)
    except ImportRefused as refused:
        logger.info("import %s waits for a person: %s", file.pk, refused)
        return
    work_on(import_id=file.pk)


def _is_right(file: Import) -> bool:
    if not file.problem_count:
        return True
    return (
        file.on_problems == OnProblems.SUSPENSE
        and not file.problems.filter(line=0).exists()
        and not file.totals.filter(outcome=RowOutcome.REJECTED).exists()
    )
