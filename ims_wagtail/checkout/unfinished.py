"""What residents typed in the steps before the last: kept by us, beside their basket.

Hidden fields would carry personal data, and files not at all, through every page; a cookie or an
address is no place for them. What was typed stands under the basket's token and goes with it.
"""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from .models import Basket, BasketLine, UnfinishedEntry


#: Older ones of a basket make room: nobody fills in so many pages at once.
MOST_UNFINISHED = 10

#: Where the files of all steps stand, beside what was typed in each.
FILES = "files"

#: What was typed in one step: values by the names of their controls.
Typed = Mapping[str, list[str]]


def unfinished_entry(
    *, token: uuid.UUID | None, entry_id: str, line: BasketLine | None
) -> UnfinishedEntry | None:
    """Return what was typed so far in the basket of this token, or ``None``.

    ``line`` is the line that it changes, if it does.
    """
    try:
        wanted = uuid.UUID(entry_id)
    except ValueError:
        return None
    if token is None:
        return None
    mine = UnfinishedEntry.objects.filter(pk=wanted, basket__token=token, line=line)
    return mine.select_related("basket").first()


@transaction.atomic
def save_step(
    *,
    entry: UnfinishedEntry | None,
    basket: Basket | None,
    line: BasketLine | None,
    typed: Mapping[str, Typed],
) -> UnfinishedEntry:
    """Keep what was typed, by step; makes an entry, and a basket for it, where there is none.

    No line is touched: that is for the last step.
    """
    basket = basket or Basket.objects.create()
    Basket.objects.filter(pk=basket.pk).update(updated_at=timezone.now())
    if entry is None:
        return _made(basket, line, typed)
    locked = UnfinishedEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if locked is None:
        return _made(basket, line, {**entry.typed, **typed})
    locked.typed = {**locked.typed, **typed}
    locked.save(update_fields=["typed"])
    return locked


def forget(entry: UnfinishedEntry | None) -> None:
    """Delete what was typed, once it stands in the basket."""
    if entry is not None:
        UnfinishedEntry.objects.filter(pk=entry.pk).delete()


def together(steps: Mapping[str, Typed]) -> QueryDict:
    """Return what was typed in all steps, as if one form had been posted."""
    data = QueryDict(mutable=True)
    for typed in steps.values():
        for name, values in typed.items():
            data.setlist(name, values)
    return data


def _made(basket: Basket, line: BasketLine | None, typed: Mapping[str, Typed]) -> UnfinishedEntry:
    entry = UnfinishedEntry.objects.create(basket=basket, line=line, typed=dict(typed))
    newest = UnfinishedEntry.objects.filter(basket=basket).order_by("-begun_at", "-pk")
    keep = list(newest.values_list("pk", flat=True)[:MOST_UNFINISHED])
    UnfinishedEntry.objects.filter(basket=basket).exclude(pk__in=keep).delete()
    return entry
