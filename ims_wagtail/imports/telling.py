"""What imports tell others: the story of a posting, and what waits for a person."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.needs import Need
from ims_wagtail.ledger.story import Asked, Event

from .enums import ImportState
from .models import Import, ImportPosting


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


def imports_waiting(user: Any) -> Need:
    """Count the files that were checked and wait for somebody to post them."""
    policy = policy_registry.get_by_type(Import)
    mine = policy.instances_user_has_permission_for(user, "add")
    count = mine.filter(state=ImportState.PREVIEWED).count()
    url = f"{reverse('ims_imports:index')}?state={ImportState.PREVIEWED.value}"
    return Need(_("Imports waiting to be posted"), count, url)
