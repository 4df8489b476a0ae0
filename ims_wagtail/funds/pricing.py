"""Entering, approving and withdrawing prices: one person enters, another approves."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.money import MAXIMUM, format_pounds

from .models import PaymentType, Price, PriceChange


class PriceRefused(Exception):
    """A price may not be entered, approved or withdrawn; the message tells staff what to do."""


@transaction.atomic
def propose(
    *, price: Price, starts: date, amount: Decimal, by: Any, upload: UUID | None = None
) -> PriceChange:
    """Enter what a price comes to from a day, in pounds. Raises ``PriceRefused``.

    It counts once somebody else has approved it.
    """
    Price.objects.select_for_update().get(pk=price.pk)
    existing = PriceChange.objects.filter(price=price, starts=starts).first()
    if problem := problem_with(
        starts=starts, amount=amount, existing=existing, limit=lowest_limit(price)
    ):
        raise PriceRefused(problem)
    return PriceChange.objects.create(
        price=price, starts=starts, amount=amount, entered_by=by, upload=upload
    )


def problem_with(
    *,
    starts: date,
    amount: Decimal,
    existing: PriceChange | None,
    limit: tuple[str, Decimal] | None,
) -> str:
    """Return what is wrong with a price that somebody wants to enter, or nothing."""
    if starts < accounting_date():
        return _("A price can start today or later: days gone by keep the price they had")
    if existing is not None:
        facts = {"amount": format_pounds(existing.amount), "day": day(starts)}
        if existing.is_approved:
            return _("There is an approved price of %(amount)s from %(day)s already") % facts
        return (
            _(
                "A price of %(amount)s from %(day)s is waiting for approval already. Withdraw it "
                "first"
            )
            % facts
        )
    if not 0 < amount <= MAXIMUM:
        return _("Amount must be more than £0.00")
    if limit is not None and amount > limit[1]:
        return _("%(fund)s takes no more than %(limit)s at once") % {
            "fund": limit[0],
            "limit": format_pounds(limit[1]),
        }
    return ""


def lowest_limit(price: Price) -> tuple[str, Decimal] | None:
    """Return the fund that takes the least at once among those the price is paid into."""
    return lowest_limits().get(price.pk)


def lowest_limits() -> dict[int, tuple[str, Decimal]]:
    """Return the same for every price, in one query."""
    limits: dict[int, tuple[str, Decimal]] = {}
    types = PaymentType.objects.all()
    facts = ("fund__name", "fund__maximum_amount")
    charged = types.filter(price__isnull=False).values_list("price_id", *facts)
    laid_out = types.filter(prices__isnull=False).values_list("prices", *facts)
    for price_id, fund, limit in charged.union(laid_out):
        if price_id not in limits or limit < limits[price_id][1]:
            limits[price_id] = (fund, limit)
    return limits


@transaction.atomic
def approve(*, change_ids: Collection[int], by: Any) -> list[PriceChange]:
    """Approve all of these or none. Raises ``PriceRefused``."""
    changes = list(
        PriceChange.objects.select_for_update(of=("self",))
        .select_related("price", "entered_by")
        .filter(pk__in=change_ids)
        .order_by("pk")
    )
    if not changes or len(changes) < len(set(change_ids)):
        raise PriceRefused(_gone())
    now, today = timezone.now(), accounting_date()
    for change in changes:
        facts = {"change": words(change)}
        if change.is_approved:
            raise PriceRefused(_gone())
        if change.entered_by_id == by.pk:
            raise PriceRefused(
                _("You entered %(change)s, so somebody else has to approve it") % facts
            )
        if change.starts < today:
            raise PriceRefused(
                _(
                    "The day of %(change)s has gone by. Withdraw it and enter it again from today "
                    "or later"
                )
                % facts
            )
        change.approved_by, change.approved_at = by, now
    PriceChange.objects.bulk_update(changes, ["approved_by", "approved_at"], batch_size=500)
    return changes


@transaction.atomic
def withdraw(*, change_id: int) -> PriceChange:
    """Take back a price that is waiting, or one approved whose day has not come.

    Raises ``PriceRefused``. What a price was on days gone by is never touched.
    """
    change = (
        PriceChange.objects.select_for_update(of=("self",))
        .select_related("price")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        raise PriceRefused(_gone())
    if change.is_approved and change.starts <= accounting_date():
        raise PriceRefused(
            _("%(change)s is in force: enter a new price instead") % {"change": words(change)}
        )
    change.delete()
    change.pk = change_id  # Django forgets it; the record needs it.
    return change


def words(change: PriceChange) -> str:
    """Name a change to people: the price, the amount and the day."""
    return _("%(amount)s for %(price)s from %(day)s") % {
        "amount": format_pounds(change.amount),
        "price": change.price.name,
        "day": day(change.starts),
    }


def day(on: date) -> str:
    """Write a day as people do."""
    return date_format(on, "j F Y")


def _gone() -> str:
    return _("Somebody else has dealt with some of these prices meanwhile. Look again")
