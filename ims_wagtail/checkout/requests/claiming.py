"""Just before a card is asked for: a request that can be paid once is paid by one person at once.

Its row is locked while somebody is let through, so of two who press the button at one moment the
second is told. A payment that is known of too late is posted all the same, and shown to staff.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import Closed
from .models import RequestToPay, RequestUse
from .selectors import money_by_others


#: From being let through until the attempt stands in the database; far more than it takes.
_LET_THROUGH = timedelta(minutes=2)

#: The account reference and the amount, in pounds, of a line.
Paying = tuple[str, Decimal]

WORDS: dict[Closed, Promise] = {
    Closed.WITHDRAWN: _("The link you opened has been withdrawn, so this can’t be paid by it."),
    Closed.EXPIRED: _("The link you opened has expired, so this can’t be paid by it."),
    Closed.PAID: _("This has been paid already by the link you opened. Do not pay it again."),
    Closed.PAYING: _(
        "Somebody is paying this by the same link at the moment. If it was you, go on in the "
        "other window. Otherwise wait two hours and look again."
    ),
}


def claim(lines: Mapping[UUID, Paying]) -> dict[UUID, tuple[str, ...]]:
    """Let basket lines through to payment; return those that may not, with the reasons.

    A line that has come to pay less than was asked, or another account, settles no request any
    more. No query without lines, one where none was made by a request. Must not be called inside a
    transaction: what is let through has to be seen by everybody else before the provider is called.
    """
    uses = RequestUse.objects.filter(basket_line__in=list(lines)).select_related("request")
    wanted = {}
    for use in uses:
        if _settles(lines[use.basket_line], use.request):
            wanted[use.request_id] = use.basket_line
        else:
            use.delete()
    if not wanted:
        return {}
    refused: dict[UUID, tuple[str, ...]] = {}
    with transaction.atomic():
        # In the order of their keys, so that two baskets never wait for one another.
        locked = RequestToPay.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        let_through = []
        for request in locked:
            line = wanted[request.pk]
            if why := _why_not(request, line):
                refused[line] = (str(WORDS[why]),)
            elif request.single_use:
                let_through.append((request.pk, line))
        now = timezone.now()
        for pk, line in let_through:
            RequestToPay.objects.filter(pk=pk).update(claimed_by=line, claimed_at=now)
    return refused


def move_use(*, old: UUID, new: UUID) -> None:
    """Let a basket line stand for another that it has joined, unless it has a request itself."""
    if not RequestUse.objects.filter(basket_line=new).exists():
        RequestUse.objects.filter(basket_line=old).update(basket_line=new)


def _settles(paying: Paying, request: RequestToPay) -> bool:
    reference, amount = paying
    return request.reference in ("", reference) and amount >= (request.amount or 0)


def _why_not(request: RequestToPay, line: UUID) -> Closed | None:
    if request.withdrawn_at is not None:
        return Closed.WITHDRAWN
    if request.single_use:
        if why := money_by_others(request, line=line):
            return why
        since = timezone.now() - _LET_THROUGH
        if request.claimed_by not in (None, line) and (request.claimed_at or since) > since:
            return Closed.PAYING
    return Closed.EXPIRED if request.is_expired else None
