"""Taking a file in: keep it, know it again, hand it to a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.approvals.services import ask
from ims_wagtail.clock import LONDON
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import Fund

from .enums import OVER_WITHOUT_TRACE, ImportKind, ImportState
from .exceptions import AlreadyImported, ImportRefused
from .models import Import, ImportType
from .policy import ADD, why_not
from .storage import name_for, private_storage
from .tasks import work_on_import


RELOAD = "reload_import"


def receive(
    *,
    import_type: ImportType,
    file: File,
    file_name: str,
    by: Any = None,
    reload_reason: str = "",
    on_problems: str = "",
    post_at_once: bool = False,
    at_once: bool = False,
) -> Import:
    """Keep a file and let a worker check it; return its import.

    The same content again raises ``AlreadyImported``, which names the earlier one, unless a reason
    is given to load it again on purpose: then it waits for a second person. With ``post_at_once``
    it is posted without a person looking at it when nothing is wrong, by its type's choice of what
    that is unless ``on_problems`` says otherwise. With ``at_once`` no worker is asked: the caller
    goes on with it. Raises ``ImportRefused`` for what can't be taken.
    """
    if not import_type.enabled:
        raise ImportRefused(_("This import type is switched off."))
    if by is not None and (why := why_not(by, ADD, import_type)):
        raise ImportRefused(why)
    size, sha256 = _measure(file)
    earlier = _earlier(import_type, sha256)
    reason = " ".join(reload_reason.split())
    if earlier is not None and not reason:
        raise AlreadyImported(_words_about(earlier), earlier)
    if reason and (earlier is None or by is None):
        raise ImportRefused(_("This file has not been loaded before: load it without a reason."))
    stored = private_storage().save(name_for(file_name), file)
    try:
        with transaction.atomic():
            made = Import.objects.create(
                import_type=import_type,
                stored_as=stored,
                file_name=file_name[:200],
                size=size,
                sha256=sha256,
                guarded=import_type.kind == ImportKind.TRANSACTIONS and earlier is None,
                at_once=post_at_once,
                reload_of=earlier,
                reload_reason=reason[:200],
                state=ImportState.HELD if earlier else ImportState.RECEIVED,
                received_by=by,
                on_problems=on_problems or import_type.on_problems,
            )
            made.refresh_from_db()
            audit.record(
                user=by,
                action="receive import",
                obj=made,
                after={"file": file_name, "sha256": sha256, "type": import_type.code},
            )
            if earlier is not None:
                _ask_for_reload(made, earlier, by)
            elif not at_once:
                work_on_import.enqueue(import_id=made.pk)
    except IntegrityError as error:
        private_storage().delete(stored)
        if "ims_a_file_is_loaded_once" not in str(error):
            raise
        # Somebody was faster by a moment.
        standing = _earlier(import_type, sha256)
        if standing is None:
            raise
        raise AlreadyImported(_words_about(standing), standing) from error
    except BaseException:
        private_storage().delete(stored)
        raise
    return made


def funds_about(import_type: ImportType) -> list[int]:
    """Return the funds a type's files are about: all when it names none."""
    return list(import_type.funds.values_list("pk", flat=True)) or list(
        Fund.objects.values_list("pk", flat=True)
    )


def _measure(file: File) -> tuple[int, str]:
    most = ims_settings().import_megabytes
    size, digest = 0, hashlib.sha256()
    for chunk in _chunks(file):
        size += len(chunk)
        if size > most * 1_000_000:
            raise ImportRefused(
                _("The file has more than %(most)d MB, the most we take. Ask for it in parts.")
                % {"most": most}
            )
        digest.update(chunk)
    if not size:
        raise ImportRefused(_("The file is empty."))
    file.seek(0)
    return size, digest.hexdigest()


def _chunks(file: File) -> Iterable[bytes]:
    file.seek(0)
    return iter(lambda: file.read(1 << 20), b"")


def _earlier(import_type: ImportType, sha256: str) -> Import | None:
    """Return the file of the same content that stands. Only money must not come twice."""
    if import_type.kind != ImportKind.TRANSACTIONS:
        return None
    standing = Import.objects.filter(sha256=sha256, guarded=True)
    return standing.exclude(state__in=OVER_WITHOUT_TRACE).first()


def _words_about(earlier: Import) -> str:
    return _(
        "This file was loaded before: “%(name)s”, import %(number)d of %(when)s (%(state)s). "
        "Nothing was loaded now."
    ) % {
        "name": earlier.file_name,
        "number": earlier.pk,
        "when": date_format(earlier.received_at.astimezone(LONDON), "j M Y, H:i"),
        "state": earlier.get_state_display(),
    }


def _ask_for_reload(made: Import, earlier: Import, by: Any) -> None:
    ask(
        kind=RELOAD,
        subject=subject_of(made),
        title=_("Load “%(name)s” again, first loaded as import %(number)d")
        % {"name": made.file_name[:100], "number": earlier.pk},
        amount=abs(earlier.amount),
        fund_ids=funds_about(made.import_type),
        reason=made.reload_reason,
        by=by,
    )


def subject_of(made: Import) -> str:
    """Return the key under which loading a file again is approved, once."""
    return f"import:{made.pk}"
