"""A worker's process is killed at a moment of nobody's choosing; the next one goes on."""

import os
import signal

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from ims_wagtail.imports import checking
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.models import Import, ImportRow
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import resume_imports, work_on
from ims_wagtail.ledger.models import Posting

from .running import book, breaches, file_of, line


pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROWS = 400


def killed_worker(import_id: int, when) -> None:
    """Let another process work on a file, and kill it when ``when()`` first holds."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            work_on(import_id=import_id)
        finally:
            os._exit(0)
    ended = 0
    while not ended and not when():
        ended, _status = os.waitpid(child, os.WNOHANG)
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    # Nobody waits three minutes in a test until a worker is taken to be dead.
    Import.objects.filter(pk=import_id).update(leased_until=None)


@pytest.mark.parametrize("batches", [1, 3])
def test_a_killed_process_leaves_nothing_half_done(council, transfers, monkeypatch, batches):
    monkeypatch.setattr(checking, "BATCH", 20)
    file = receive(
        import_type=transfers,
        file=ContentFile(file_of(*(line(number) for number in range(1, ROWS + 1)))),
        file_name="a.csv",
        at_once=True,
    )

    def standing() -> Import:
        return Import.objects.get(pk=file.pk)

    killed_worker(file.pk, lambda: standing().row_count >= 20 * batches)
    resume_imports()
    assert (standing().state, standing().row_count) == (ImportState.PREVIEWED, ROWS)
    assert ImportRow.objects.count() == ROWS

    for step, whole in (("post", ROWS * 10), ("undo", 0)):
        before = book()
        if step == "post":
            confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)
        else:
            undo(import_id=file.pk, reason="Wrong file", at_once=True)
        killed_worker(file.pk, lambda: standing().lease is not None)
        assert book() in (before, whole)
        resume_imports()
        assert book() == whole

    assert standing().state == ImportState.UNDONE
    assert Posting.objects.count() == 2 * ROWS // 100
    assert not breaches()
