"""Comparing a day's payments and refunds with the provider's own list of them.

Whatever differs is looked at once more first, by the same ``settle`` as ever: most differences are
news that reached nobody. What is left is for a person to explain. Nothing is ever posted here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ims_wagtail.clock import LONDON
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import DifferenceKind, EventSource
from ims_wagtail.payments.models import Attempt, Comparison, MerchantAccount
from ims_wagtail.payments.pausing import background
from ims_wagtail.payments.providers.contract import Can, Observation, ProviderState
from ims_wagtail.payments.settling import settle
from ims_wagtail.payments.transitions import MONEY_TAKEN, is_money_of

from .finding import Found, open_differences
from .refunds import compare_refunds
from .sides import Side


#: Clocks differ, and a payment is created a little after its attempt: so much more is listed on
#: either side of a day to find the other half of what lies at its edge.
EDGE = timedelta(hours=1)
_LATE_FACTS = ("fee", "captured_on", "settled_on")


@background()
def compare_day(*, account: MerchantAccount, day: date) -> Comparison:
    """Compare one London day of an account; doing it again renews what was found.

    Must not be called inside a transaction. Raises ``Unreachable`` when the provider does not
    answer, and ``Unsupported`` when it keeps no list.
    """
    since, until = bounds(day)
    theirs = {
        seen.provider_id: seen
        for seen in gateway.payments_between(
            account=account, since=since - EDGE, until=until + EDGE
        )
    }
    _settle_what_differs(account, theirs.values())
    _note_facts(account, theirs)
    found, our_side, their_side = _payments(account, theirs, since, until)
    if gateway.can(account, Can.REFUND):
        refunds, ours_back, theirs_back = compare_refunds(
            account=account, since=since, until=until, edge=EDGE
        )
        found += refunds
        our_side += Side(ours_back.count, -ours_back.total)
        their_side += Side(theirs_back.count, -theirs_back.total)
    return _keep(account, day, found, our_side, their_side)


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return when a London day begins and when it is over."""
    begins = datetime.combine(day, time(), tzinfo=LONDON)
    return begins, datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON)


def _ours(account: MerchantAccount, theirs: Iterable[Observation]) -> dict[str, Attempt]:
    """Return our attempts behind their payments, by PSP reference, or by ours while it lacks one.

    Three queries at most, however long the list.
    """
    by_id = {seen.provider_id: seen for seen in theirs}
    references = {seen.reference: seen.provider_id for seen in by_id.values() if seen.reference}
    attempts = Attempt.objects.select_related("order").filter(
        Q(provider_id__in=by_id) | Q(provider_id="", reference__in=references), account=account
    )
    return {a.provider_id or references[a.reference]: a for a in attempts}


def _settle_what_differs(account: MerchantAccount, theirs: Iterable[Observation]) -> None:
    theirs = list(theirs)
    ours = _ours(account, theirs)
    for seen in theirs:
        attempt = ours.get(seen.provider_id)
        if attempt is not None and _difference(attempt, seen):
            settle(attempt_id=attempt.pk, source=EventSource.SCHEDULE)


def _note_facts(account: MerchantAccount, theirs: dict[str, Observation]) -> None:
    """Keep what providers tell only days later: fees, and when money was taken and paid out."""
    changed = []
    for provider_id, attempt in _ours(account, theirs.values()).items():
        new = {
            name: told
            for name in _LATE_FACTS
            if getattr(attempt, name) is None
            and (told := getattr(theirs[provider_id], name)) is not None
        }
        for name, told in new.items():
            setattr(attempt, name, told)
        if new:
            changed.append(attempt)
    Attempt.objects.bulk_update(changed, _LATE_FACTS)


def _payments(
    account: MerchantAccount,
    theirs: dict[str, Observation],
    since: datetime,
    until: datetime,
) -> tuple[list[Found], Side, Side]:
    found = []
    ours = _ours(account, theirs.values())
    their_side = Side()
    for seen in theirs.values():
        attempt = ours.get(seen.provider_id)
        if attempt is None:
            if _has_money(seen):
                found.append(_not_ours(seen))
        elif what := _difference(attempt, seen):
            found.append(what)
        in_day = attempt is None or since <= attempt.created_at < until
        if in_day and _has_money(seen):
            their_side += Side(1, seen.amount + seen.surcharge)
    our_side = Side()
    mine = Attempt.objects.filter(
        account=account, state__in=MONEY_TAKEN, created_at__gte=since, created_at__lt=until
    )
    for attempt in mine:
        our_side += Side(1, attempt.amount + attempt.surcharge)
        if attempt.provider_id not in theirs:
            found.append(_not_theirs(attempt))
    return found, our_side, their_side


def _has_money(seen: Observation) -> bool:
    return seen.state == ProviderState.PAID


def _difference(attempt: Attempt, seen: Observation) -> Found | None:
    """Return how we and the provider disagree about one payment, or ``None``."""
    if is_money_of(attempt) == _has_money(seen) and (
        not _has_money(seen) or seen.amount == attempt.amount
    ):
        return None
    return Found(
        kind=DifferenceKind.DIFFERENT,
        provider_id=seen.provider_id,
        reference=attempt.reference,
        attempt_id=attempt.pk,
        their_amount=seen.amount,
        our_amount=attempt.amount,
        their_state=seen.raw_state,
        our_state=attempt.state,
    )


def _not_ours(seen: Observation) -> Found:
    return Found(
        kind=DifferenceKind.NOT_OURS,
        provider_id=seen.provider_id,
        reference=seen.reference,
        their_amount=seen.amount,
        their_state=seen.raw_state,
    )


def _not_theirs(attempt: Attempt) -> Found:
    return Found(
        kind=DifferenceKind.NOT_THEIRS,
        provider_id=attempt.provider_id,
        reference=attempt.reference,
        attempt_id=attempt.pk,
        our_amount=attempt.amount,
        our_state=attempt.state,
    )


@transaction.atomic
def _keep(
    account: MerchantAccount, day: date, found: Sequence[Found], ours: Side, theirs: Side
) -> Comparison:
    comparison, _new = Comparison.objects.update_or_create(
        account=account,
        day=day,
        defaults={
            "compared_at": timezone.now(),
            "our_count": ours.count,
            "our_total": ours.total,
            "their_count": theirs.count,
            "their_total": theirs.total,
        },
    )
    open_differences(comparison=comparison, found=found)
    return comparison
