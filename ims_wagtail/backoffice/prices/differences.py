"""What a spreadsheet of prices would change, and changing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.funds.models import Price, PriceChange
from ims_wagtail.funds.pricing import lowest_limits, problem_with
from ims_wagtail.funds.selectors import NoPrice, price_on

from .spreadsheets import SheetRow


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row beside what stands: ``before`` is what the price would come to without it."""

    row: SheetRow
    outcome: Outcome
    name: str
    before: Decimal | None
    problems: tuple[str, ...] = ()


class ChangedMeanwhile(Exception):
    """What was confirmed is not any more what would happen."""


def compare(rows: Sequence[SheetRow]) -> list[Difference]:
    """Set every row beside what stands; a constant number of queries, however many rows."""
    codes = {row.code for row in rows}
    prices = {
        price.code: price
        for price in Price.objects.filter(code__in=codes).prefetch_related("changes")
    }
    limits = lowest_limits()
    names: dict[str, str] = {}
    seen: dict[tuple[str, date], int] = {}
    found = []
    for row in rows:
        problems = list(row.problems)
        price = prices.get(row.code)
        name = price.name if price else row.name or names.get(row.code, "")
        names.setdefault(row.code, name)
        if row.code and price is None:
            problems += _new_price_problems(row.code, name)
        if row.code and row.starts is not None:
            first = seen.setdefault((row.code, row.starts), row.number)
            if first != row.number:
                problems.append(
                    _("Row %(row)d has a price for %(code)s from this day too")
                    % {"row": first, "code": row.code}
                )
        before = _before(price, row.starts)
        outcome = Outcome.NEW if price is None else Outcome.CHANGED
        if row.amount is not None and row.starts is not None:
            existing = _existing(price, row.starts)
            if row.amount == (existing.amount if existing else before):
                outcome = Outcome.UNCHANGED
            elif problem := problem_with(
                starts=row.starts,
                amount=row.amount,
                existing=existing,
                limit=limits.get(price.pk) if price else None,
            ):
                problems.append(problem)
        if problems:
            outcome = Outcome.WRONG
        found.append(Difference(row, outcome, name, before, tuple(problems)))
    return found


@transaction.atomic
def enter(*, rows: Sequence[SheetRow], confirmed: Sequence[Difference], by: Any) -> int:
    """Enter every new and changed price, to be approved by somebody else; return how many.

    All or nothing. Raises ``ChangedMeanwhile`` when it would differ from what was confirmed.
    """
    # Nobody else enters prices while these are compared and written.
    list(Price.objects.select_for_update().order_by("pk").values("pk"))
    differences = compare(rows)
    if differences != list(confirmed) or any(d.outcome == Outcome.WRONG for d in differences):
        raise ChangedMeanwhile
    wanted = [d for d in differences if d.outcome in (Outcome.NEW, Outcome.CHANGED)]
    try:
        with transaction.atomic():
            _write(wanted, by)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
    return len(wanted)


def _write(wanted: Sequence[Difference], by: Any) -> None:
    names = {d.row.code: d.name for d in wanted if d.outcome == Outcome.NEW}
    Price.objects.bulk_create(Price(code=code, name=name) for code, name in names.items())
    prices = Price.objects.in_bulk({d.row.code for d in wanted}, field_name="code")
    upload = uuid4()
    PriceChange.objects.bulk_create(
        PriceChange(
            price=prices[d.row.code],
            starts=d.row.starts,
            amount=d.row.amount,
            entered_by=by,
            upload=upload,
        )
        for d in wanted
        if d.row.starts is not None and d.row.amount is not None
    )
    audit.record(
        user=by,
        action="upload",
        obj=PriceChange,
        after={
            "upload": upload,
            "new prices": sorted(names),
            "prices": [f"{d.row.code}: {d.row.amount} from {d.row.starts}" for d in wanted],
        },
    )


def _new_price_problems(code: str, name: str) -> Iterable[str]:
    try:
        Price(code=code, name=name).clean_fields()
    except ValidationError as error:
        wrong = error.message_dict
        if "name" in wrong and not name:
            wrong["name"] = [_("A new price needs a name")]
        return [message for messages in wrong.values() for message in messages]
    return []


def _before(price: Price | None, on: date | None) -> Decimal | None:
    if price is None or on is None:
        return None
    try:
        return price_on(price, on)
    except NoPrice:
        return None


def _existing(price: Price | None, starts: date) -> PriceChange | None:
    changes = price.changes.all() if price else ()
    return next((change for change in changes if change.starts == starts), None)
