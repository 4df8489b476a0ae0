"""What people decide about a file that was checked: post it, cancel it, undo it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit

from .enums import ImportKind, ImportState, OnProblems
from .exceptions import ImportRefused
from .models import Import
from .policy import ADD, UNDO, why_not
from .tasks import work_on_import
from .working import engine_of


#: Steps before anything is in the book.
CANCELLABLE = (
    ImportState.RECEIVED,
    ImportState.CHECKING,
    ImportState.PREVIEWED,
)


@transaction.atomic
def confirm(
    *,
    import_id: int,
    by: Any = None,
    on_problems: str,
    gone_reason: str = "",
    at_once: bool = False,
) -> Import:
    """Let a checked file be posted, as a whole or with the rest into suspense.

    Raises ``ImportRefused`` when it isn't waiting, when it has problems and all or nothing was
    asked for, when there is nothing to post, or when it removes more accounts than usual and no
    reason is given for that. With ``at_once`` no worker is asked.
    """
    file = _locked(import_id, by, ADD)
    if file.state != ImportState.PREVIEWED:
        raise ImportRefused(
            _("This import is not waiting to be posted: %(state)s.")
            % {"state": file.get_state_display()}
        )
    if file.problem_count and on_problems == OnProblems.REFUSE:
        raise ImportRefused(
            _("The file has problems, and nothing of it is posted unless all of it can be.")
        )
    engine_of(ImportKind(file.import_type.kind)).allow(file, gone_reason)
    before = file.state
    file.state = ImportState.POSTING
    file.on_problems = on_problems
    file.confirmed_by = by
    file.failure = ""
    file.lease = file.leased_until = None
    file.save()
    after = {"on_problems": on_problems, "amount": file.amount}
    if gone_reason:
        after["gone_reason"] = gone_reason
    _record("post import", file, by, before, after)
    if not at_once:
        work_on_import.enqueue(import_id=file.pk)
    return file


@transaction.atomic
def cancel(*, import_id: int, by: Any = None) -> Import:
    """Give a file up of which nothing is in the book. Raises ``ImportRefused``.

    A worker that is checking it stops at its next step and removes what it kept.
    """
    from .checking import forget_rows

    file = _locked(import_id, by, ADD)
    if file.state not in CANCELLABLE:
        raise ImportRefused(
            _("This import can't be cancelled any more: %(state)s.")
            % {"state": file.get_state_display()}
        )
    before = file.state
    file.state = ImportState.CANCELLED
    file.save(update_fields=["state"])
    if before != ImportState.CHECKING:
        forget_rows(file)
    _record("cancel import", file, by, before, {})
    return file


@transaction.atomic
def undo(*, import_id: int, reason: str, by: Any = None, at_once: bool = False) -> Import:
    """Let a posted file be undone by opposite lines. Raises ``ImportRefused``.

    The worker refuses when any of its lines was moved, refunded or held meanwhile.
    """
    file = _locked(import_id, by, UNDO)
    words = " ".join(reason.split())
    if file.state != ImportState.POSTED:
        raise ImportRefused(
            _("Only what was posted can be undone: %(state)s.")
            % {"state": file.get_state_display()}
        )
    if not file.import_type.reversible:
        raise ImportRefused(_("Imports of this type can't be undone."))
    if not words:
        raise ImportRefused(_("Say why the import is undone."))
    before = file.state
    file.state = ImportState.UNDOING
    file.undone_by = by
    file.undo_reason = words[:200]
    file.failure = ""
    file.lease = file.leased_until = None
    file.save()
    _record("undo import", file, by, before, {"reason": words[:200]})
    if not at_once:
        work_on_import.enqueue(import_id=file.pk)
    return file


def _locked(import_id: int, by: Any, permission: str) -> Import:
    files = Import.objects.select_for_update(of=("self",)).select_related("import_type")
    file = files.get(pk=import_id)
    if by is not None and (why := why_not(by, permission, file.import_type)):
        raise ImportRefused(why)
    return file


def _record(action: str, file: Import, by: Any, before: str, after: dict[str, Any]) -> None:
    audit.record(
        user=by,
        action=action,
        obj=file,
        before={"state": before},
        after={"state": file.state, "at": timezone.now(), **after},
    )
