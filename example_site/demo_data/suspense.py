"""The stage in which finance staff have begun on what nobody has matched yet."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ims_wagtail.clock import accounting_date
from ims_wagtail.suspense.models import SuspenseItem, SuspenseNote
from ims_wagtail.suspense.notes import write_note
from ims_wagtail.suspense.ownership import set_due, take

from . import staff


#: What was found out about the newest items, and in how many days something has to happen.
_BEGUN = (
    ("Rang the bank: they ask the sender which bill it was", 7),
    ("No account under this name. A letter went out", 21),
    ("Looks like a garage rent; asked the housing office", -2),
)


def is_done() -> bool:
    """Tell whether somebody has begun, or there is nothing to begin with."""
    return SuspenseNote.objects.exists() or not _left().exists()


def build() -> str:
    """Have the finance officer look after a few items, with notes and due dates."""
    officer = User.objects.get(username=staff.FINANCE_OFFICER)
    for item, (words, days) in zip(_left().order_by("-pk"), _BEGUN, strict=False):
        take(item_id=item.pk, by=officer)
        write_note(item=item, text=words, by=officer)
        set_due(item_id=item.pk, due=accounting_date() + timedelta(days=days), by=officer)
    return f"{_left().count()} items of money nobody has matched yet"


def _left() -> QuerySet[SuspenseItem]:
    return SuspenseItem.objects.filter(cleared=False)
