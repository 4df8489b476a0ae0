"""How prices stand, in words: in force, to come, waiting, gone by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Price, PriceChange
from ims_wagtail.funds.pricing import day
from ims_wagtail.funds.selectors import NoPrice, price_on
from ims_wagtail.money import format_pounds


ENTER = "ims_funds.add_pricechange"
APPROVE = "ims_funds.approve_pricechange"


def price_today(price: Price) -> Decimal | None:
    """Return what is charged today, ``None`` when nothing can be."""
    try:
        return price_on(price, accounting_date())
    except NoPrice:
        return None


def next_price(price: Price) -> str:
    """Return the approved price that comes next, and its day."""
    coming = [
        change
        for change in price.changes.all()
        if change.is_approved and change.starts > accounting_date()
    ]
    if not coming:
        return ""
    change = min(coming, key=lambda change: change.starts)
    return _("%(amount)s from %(day)s") % {
        "amount": format_pounds(change.amount),
        "day": day(change.starts),
    }


def waiting(price: Price) -> str:
    """Return how many changes wait for approval, if any."""
    number = sum(not change.is_approved for change in price.changes.all())
    return str(number) if number else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A change with what it is at present, and what this reader may do about it."""

    change: PriceChange
    state: str
    may_approve: bool
    may_withdraw: bool


def standing(changes: Iterable[PriceChange], *, user: Any, today: date) -> list[Standing]:
    """Say of each change of one price, newest first, how it stands."""
    changes = list(changes)
    begun = [change for change in changes if change.is_approved and change.starts <= today]
    return [
        Standing(
            change=change,
            state=_state(change, in_force=change == begun[0] if begun else False, today=today),
            may_approve=may_approve(user, change),
            may_withdraw=may_withdraw(user, change, today),
        )
        for change in changes
    ]


def may_approve(user: Any, change: PriceChange) -> bool:
    """Say whether this person may approve it: nobody approves what they entered."""
    return (
        not change.is_approved and change.entered_by_id != user.pk and bool(user.has_perm(APPROVE))
    )


def may_withdraw(user: Any, change: PriceChange, today: date) -> bool:
    """Say whether this person may take it back: who entered it may, until it is approved.

    An approver may turn it down, and take back what was approved until its day comes.
    """
    gone_live = change.is_approved and change.starts <= today
    return not gone_live and has_say(user, change)


def has_say(user: Any, change: PriceChange) -> bool:
    """Say whether this person has any business taking it back, whatever its day."""
    own = not change.is_approved and change.entered_by_id == user.pk
    return (own and bool(user.has_perm(ENTER))) or bool(user.has_perm(APPROVE))


def _state(change: PriceChange, *, in_force: bool, today: date) -> str:
    if not change.is_approved:
        return _("Waiting for approval")
    if in_force:
        return _("In force")
    return _("Approved") if change.starts > today else _("Gone by")
