"""Leaving a provider in peace that answers that it is asked too much, so that payers get through.

One pause for each merchant account, kept in the database: all workers on all machines share it.
Only what is done in the background waits. Payers and officers are never kept waiting by it.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from .models import MerchantAccount


logger = logging.getLogger(__name__)

#: Whatever a provider asks for, it is looked at again after so long.
LONGEST = timedelta(hours=1)
#: Up to so much is added, so that not all workers come back at the same moment.
_JITTER = 0.25

_IN_BACKGROUND: ContextVar[bool] = ContextVar("payments_in_background", default=False)


@contextmanager
def background() -> Iterator[None]:
    """Mark what is done inside as work that nobody waits for; also a decorator."""
    token = _IN_BACKGROUND.set(True)
    try:
        yield
    finally:
        _IN_BACKGROUND.reset(token)


def pause(*, account: MerchantAccount, seconds: float) -> None:
    """Have all background work leave an account's provider alone for at least so long."""
    wanted = timedelta(seconds=seconds * (1 + _JITTER * random.random()))  # noqa: S311
    until = timezone.now() + min(wanted, LONGEST)
    longer = Q(paused_until=None) | Q(paused_until__lt=until)
    if MerchantAccount.objects.filter(longer, pk=account.pk).update(paused_until=until):
        logger.warning("merchant account %s is asked too much: checks wait", account.code)


def paused_until(account: MerchantAccount) -> datetime | None:
    """Return until when background work waits, whatever was read of the account before."""
    until: datetime | None = (
        MerchantAccount.objects.filter(pk=account.pk, paused_until__gt=timezone.now())
        .values_list("paused_until", flat=True)
        .first()
    )
    return until


def must_wait(account: MerchantAccount) -> bool:
    """Return whether a call to an account's provider has to wait at this moment."""
    return _IN_BACKGROUND.get() and paused_until(account) is not None


def of_paused_accounts() -> Q:
    """Return what is true of rows whose ``account`` is left alone at this moment."""
    return Q(account__paused_until__gt=timezone.now())
