"""Forgetting what applicants said, as long after the decision as answers are kept."""

from django.db import transaction
from django.utils import timezone

from ims_wagtail.notifications.models import Message

from .emails import APPLIED, REFUSED
from .models import Application
from .selectors import to_be_erased


#: So many are erased in one transaction.
BATCH = 1000


def erase_applications() -> int:
    """Erase answers, address and reason of applications whose days have gone by.

    Return of how many. What was applied for and what was decided stays; whoever calls it deletes
    the files.
    """
    count = 0
    while batch := list(to_be_erased().order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _erase(batch)
        count += len(batch)
    return count


@transaction.atomic
def _erase(batch: list[int]) -> None:
    Message.objects.filter(
        kind__in=(APPLIED, REFUSED), parameters__application_id__in=batch
    ).update(recipient="")
    Application.objects.filter(pk__in=batch).update(
        answers=[], amount_basis={}, email="", reason="", erased_at=timezone.now()
    )
