"""What a worker does with a file: whatever its state asks for, once, whoever is killed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from ims_wagtail.funds.selectors import NotSetUp

from .enums import AT_WORK, ImportKind, ImportState
from .exceptions import LeaseLost
from .lanes import short_turns
from .leases import Lease, claim
from .models import Import


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """What is done with files of one kind. Steps get the worker's claim on the file.

    ``check`` ends in ``previewed`` or ``failed``; ``post`` in ``posted``, or ``previewed`` with
    ``failure`` saying why; ``undo`` in ``undone``, or ``posted``. ``allow`` gets a locked file that
    is about to be posted, and why it may remove more accounts than usual, if it does; it raises
    ``ImportRefused`` when there is nothing to post or somebody has to say why.
    """

    check: Callable[[Lease], None]
    post: Callable[[Lease], None]
    undo: Callable[[Lease], None]
    allow: Callable[[Import, str], None]


_engines: dict[ImportKind, Engine] = {}

_UNFORESEEN = gettext_lazy("Something went wrong that we did not foresee. Nothing was posted.")
#: Where a file goes back to when a step throws what nobody foresaw.
_AFTER_A_FAULT = {
    ImportState.CHECKING: ImportState.FAILED,
    ImportState.POSTING: ImportState.PREVIEWED,
    ImportState.UNDOING: ImportState.POSTED,
}


def register(kind: ImportKind, engine: Engine) -> None:
    """Say what is done with files of a kind, from ``AppConfig.ready()``."""
    _engines[kind] = engine


def engine_of(kind: ImportKind) -> Engine:
    """Return what is done with files of a kind."""
    return _engines[kind]


def work_on(*, import_id: int) -> None:
    """Do what a file's state asks for, unless another worker has it."""
    claimed = claim(import_id)
    if claimed is None:
        return
    lease, state = claimed
    kind = Import.objects.values_list("import_type__kind", flat=True).get(pk=import_id)
    engine = engine_of(ImportKind(kind))
    step = {
        ImportState.CHECKING: engine.check,
        ImportState.POSTING: engine.post,
        ImportState.UNDOING: engine.undo,
    }[state]
    try:
        with short_turns():
            step(lease)
    except LeaseLost:
        _clear_up(import_id)
    except OperationalError:
        # The server went away or broke a deadlock: whoever claims the file next begins anew.
        logger.exception("import %s: interrupted while %s", import_id, state)
        Import.objects.filter(pk=import_id, lease=lease.token).update(leased_until=None)
    except NotSetUp as missing:
        _give_up(lease, state, str(missing))
    except (ArithmeticError, DatabaseError, LookupError, OSError, TypeError, ValueError):
        logger.exception("import %s: a fault while %s", import_id, state)
        _give_up(lease, state, _UNFORESEEN)
    if state == ImportState.CHECKING:
        from .at_once import post_if_right

        post_if_right(import_id=import_id)


def resume_imports() -> int:
    """Go on with files whose worker was stopped or never began; return how many."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    waiting = list(
        Import.objects.filter(free, state__in=AT_WORK).order_by("pk").values_list("pk", flat=True)
    )
    for import_id in waiting:
        work_on(import_id=import_id)
    return len(waiting)


def _clear_up(import_id: int) -> None:
    """Remove what was kept of a file that was cancelled while it was being checked."""
    from .checking import forget_rows

    with transaction.atomic():
        cancelled = Import.objects.select_for_update(of=("self",)).filter(
            pk=import_id, state=ImportState.CANCELLED
        )
        if file := cancelled.first():
            forget_rows(file)


def _give_up(lease: Lease, state: ImportState, why: object) -> None:
    from .checking import forget_rows

    with transaction.atomic():
        file = lease.lock(state=state)
        if state == ImportState.CHECKING:
            forget_rows(file)
        file.state = _AFTER_A_FAULT[state]
        file.failure = str(why)[:400]
        file.lease = file.leased_until = None
        file.save()
