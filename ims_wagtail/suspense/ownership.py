"""Who looks after an item, and by when: two people on one item know of each other."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.columns import london_time
from ims_wagtail.access.naming import name_of

from .exceptions import SuspenseRefused
from .models import SuspenseItem


@transaction.atomic
def take(*, item_id: int, by: Any, over_from: int | None = None) -> SuspenseItem:
    """Look after an item that nobody looks after, or take it over from who has it.

    ``over_from`` is the person it is taken over from: whoever comes second learns who has it.
    Raises ``SuspenseRefused``.
    """
    item = _locked(item_id)
    if item.owner_id == by.pk:
        return item
    if item.owner_id != over_from:
        if item.owner is None:
            raise SuspenseRefused(_("Nobody looks after this any more. You can take it."))
        raise SuspenseRefused(
            _("%(person)s has looked after this since %(when)s.")
            % {"person": name_of(item.owner), "when": london_time(item.owned_since)}
        )
    return _change(item, by, "take suspense item", owner=by, owned_since=timezone.now())


@transaction.atomic
def release(*, item_id: int, by: Any) -> SuspenseItem:
    """Look after an item no longer. Raises ``SuspenseRefused`` when somebody else does."""
    item = _locked(item_id)
    if item.owner_id != by.pk:
        raise SuspenseRefused(_("You don't look after this."))
    return _change(item, by, "release suspense item", owner=None, owned_since=None)


@transaction.atomic
def set_due(*, item_id: int, due: date | None, by: Any) -> SuspenseItem:
    """Say by when something has to have happened; nothing for no such day."""
    item = _locked(item_id)
    return item if item.due == due else _change(item, by, "date suspense item", due=due)


def _locked(item_id: int) -> SuspenseItem:
    # Without a join: after a wait for the lock, a joined owner would still be the one before.
    return SuspenseItem.objects.select_for_update().get(pk=item_id)


def _change(item: SuspenseItem, by: Any, action: str, **values: Any) -> SuspenseItem:
    before = {name: _in_words(getattr(item, name)) for name in values}
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))
    audit.record(
        user=by,
        action=action,
        obj=item,
        fund=item.fund_id,
        before=before,
        after={name: _in_words(value) for name, value in values.items()},
    )
    return item


def _in_words(value: Any) -> Any:
    return value.get_username() if hasattr(value, "get_username") else value
