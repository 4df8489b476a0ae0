"""What imports tell others: the story of a posting, and what waits for a person."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.needs import Need
from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.story import Asked, Event

from .enums import ImportState
from .models import Import, ImportPosting, ImportType, RefusedFile
from .policy import may_in_every_fund
from .schedule import late_files
from .tracing import SEE_ROWS


#: So long the dashboard speaks of a file that was refused as it arrived.
REFUSED_DAYS = timedelta(days=3)


def imports_told(asked: Asked) -> Iterator[Event]:
    """Tell of the files that postings came with, to who may see these files; two queries."""
    policy = policy_registry.get_by_type(Import)
    links = list(
        ImportPosting.objects.filter(posting__in=list(asked.postings)).values_list(
            "of_import", "posting"
        )
    )
    if not links:
        return
    seen = policy.instances_user_has_permission_for(asked.reader, "view")
    files = seen.filter(pk__in={import_id for import_id, _posting in links})
    for file in files.select_related("received_by"):
        yield Event(
            at=file.received_at,
            what=_("Came with the file “%(name)s”, import %(number)d")
            % {"name": file.file_name, "number": file.pk},
            posting_ids=frozenset(posting for import_id, posting in links if import_id == file.pk),
            by=name_of(file.received_by),
            url=reverse("ims_imports:inspect", args=[file.pk]),
        )


def posting_actions(posting: Posting, user: Any) -> list[Action]:
    """Lead from a posting to the rows of the file that it came with."""
    if posting.kind != PostingKind.IMPORT:
        return []
    of_import = Import.objects.filter(postings=posting.pk).select_related("import_type").first()
    if of_import is None or not may_in_every_fund(user, SEE_ROWS, of_import.import_type):
        return []
    url = f"{reverse('ims_rows_received:index')}?posting={posting.pk}"
    return [Action(_("Look at the rows as they were received"), url=url)]


def imports_waiting(user: Any) -> Need:
    """Count the files that were checked and wait for somebody to post them."""
    policy = policy_registry.get_by_type(Import)
    mine = policy.instances_user_has_permission_for(user, "add")
    count = mine.filter(state=ImportState.PREVIEWED).count()
    url = f"{reverse('ims_imports:index')}?state={ImportState.PREVIEWED.value}"
    return Need(_("Imports waiting to be posted"), count, url)


def imports_late(user: Any) -> Need | None:
    """Count the files that were expected of types the person may run, and did not come."""
    late = late_files()
    if not late:
        return None
    mine = _run_by(user)
    names = [one.import_type.name for one in late if one.import_type.pk in mine]
    return Need(
        _("Files that are late"), len(names), reverse("ims_imports:index"), ", ".join(names)
    )


def files_refused(user: Any) -> Need | None:
    """Count the files that arrived and were refused these days."""
    since = timezone.now() - REFUSED_DAYS
    refused = list(
        RefusedFile.objects.filter(at__gt=since).order_by("-at").select_related("import_type")
    )
    if not refused:
        return None
    mine = _run_by(user)
    names = [one.file_name for one in refused if one.import_type_id in mine]
    return Need(
        _("Files refused as they arrived"),
        len(names),
        reverse("ims_import_types:index"),
        ", ".join(names[:3]),
    )


def arrivals_failing(user: Any) -> Need | None:
    """Count the types of files that can't arrive, as their folder or server can't be read."""
    failing = list(
        ImportType.objects.filter(enabled=True, failing_since__isnull=False).order_by("name")
    )
    if not failing:
        return None
    mine = _run_by(user)
    names = [one.name for one in failing if one.pk in mine]
    return Need(
        _("Files that can’t arrive"),
        len(names),
        reverse("ims_import_types:index"),
        ", ".join(names),
    )


def _run_by(user: Any) -> set[int]:
    """Return the import types a person may run; one query."""
    scope = scope_of(user, "ims_imports.add_import")
    if scope.every:
        return set(ImportType.objects.values_list("pk", flat=True))
    types = ImportType.objects.prefetch_related("funds")
    return {
        one.pk
        for one in types
        if (funds := one.funds.all()) and all(fund.pk in scope for fund in funds)
    }
