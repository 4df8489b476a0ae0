"""What has to hold before money leaves suspense. Every refusal says what is there and why."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.checking import REASON_LENGTH
from ims_wagtail.corrections.targets import CheckedTarget, check_targets
from ims_wagtail.corrections.wishes import To
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.funds.selectors import NotSetUp, default_method
from ims_wagtail.ledger.corrections import METHODS
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.money import MAXIMUM, PENNY, format_pounds

from .exceptions import SuspenseRefused
from .kinds import ALLOCATE
from .models import SuspenseItem
from .wishes import Wish


def check_reason(reason: str) -> str:
    """Return the reason tidied up. Raises ``SuspenseRefused`` without one."""
    tidy = " ".join(reason.split())
    if not tidy:
        raise SuspenseRefused(_("Say why the money belongs there."))
    if len(tidy) > REASON_LENGTH:
        raise SuspenseRefused(_("The reason must be 200 characters or fewer."))
    return tidy


def check_scope(by: Any, fund_ids: Iterable[int]) -> None:
    """Refuse a person without the right in suspense or in a fund that money reaches."""
    mine = scope_of(by, ALLOCATE)
    if any(fund_id not in mine for fund_id in fund_ids):
        raise SuspenseRefused(
            _("You don't have the right to allocate suspense in every fund this is about.")
        )


def check_owner(by: Any, items: Iterable[SuspenseItem]) -> None:
    """Refuse items that somebody else looks after: the second is told who has it."""
    for item in items:
        if item.owner_id not in (None, by.pk):
            raise SuspenseRefused(
                _("%(person)s looks after %(item)s. Ask them, or take it over first.")
                % {"person": name_of(item.owner), "item": item.transaction.reference}
            )


def check_amounts(wish: Wish) -> None:
    """Refuse amounts that aren't pounds and pence, and sides that differ."""
    sides = [*wish.gives, *wish.credit_notes]
    for amount in (*map(abs, wish.takes.values()), *(side.amount for side in sides)):
        if not amount.is_finite() or amount <= 0 or amount > MAXIMUM:
            raise SuspenseRefused(_("Every amount must be more than £0.00."))
        if amount != amount.quantize(PENNY):
            raise SuspenseRefused(_("Every amount must be pounds and pence."))
    if not wish.takes:
        raise SuspenseRefused(_("Enter an amount to take from at least one item."))
    if wish.taken != wish.given:
        raise SuspenseRefused(
            _(
                "The items and credit notes come to %(taken)s and you put down %(given)s. The two "
                "must be the same."
            )
            % {"taken": format_pounds(wish.taken), "given": format_pounds(wish.given)}
        )


def check_items(takes: Mapping[int, Decimal], items: Mapping[int, Any]) -> None:
    """Refuse to take from items more than they have left; ``items`` come ``with_remaining``."""
    for item_id, amount in takes.items():
        item = items.get(item_id)
        if item is None:
            raise SuspenseRefused(_("There is no such item in suspense."))
        if amount * item.amount < 0 or abs(amount) > abs(item.remaining):
            raise SuspenseRefused(
                _(
                    "You want to take %(amount)s of %(item)s, but only %(left)s of its %(whole)s "
                    "is left. The rest has been allocated or returned, or is held for something "
                    "under way."
                )
                % {
                    "amount": format_pounds(amount),
                    "item": item.transaction.reference,
                    "left": format_pounds(item.remaining),
                    "whole": format_pounds(item.amount),
                }
            )


def checked(gives: Sequence[To], credit_notes: Sequence[To]) -> list[To]:
    """Return all that is put down, references normalised, credit notes below nothing.

    By the rules of a correction. Raises ``SuspenseRefused`` with every problem of every account.
    """
    sides = [*gives, *(minus(note) for note in credit_notes)]
    found = check_targets(sides, method=method_of_arrival())
    problems = _in_words(sides, found)
    problems += [
        _("%(fund)s allows no credit notes.") % {"fund": note.fund}
        for note in credit_notes
        if not note.fund.credit_notes_enabled
    ]
    if problems:
        raise SuspenseRefused(" ".join(problems))
    return [
        To(to.fund, target.checked.reference, to.amount, target.checked.vat_code, to.narrative)
        for to, target in zip(sides, found, strict=True)
        if target.checked
    ]


def minus(note: To) -> To:
    """Return a credit note as the book has it: below nothing."""
    return To(note.fund, note.reference, -note.amount, note.vat_code, note.narrative)


def method_of_arrival() -> MethodOfPayment:
    """Return the method of payment by which money arrives. Raises ``SuspenseRefused``."""
    try:
        return default_method(METHODS[PostingKind.SUSPENSE_ALLOCATION][1])
    except NotSetUp as missing:
        raise SuspenseRefused(str(missing)) from missing


def _in_words(sides: Sequence[To], found: Iterable[CheckedTarget]) -> list[str]:
    return [
        _("%(reference)s in %(fund)s: %(problem)s.")
        % {
            "reference": to.reference or _("No reference"),
            "fund": to.fund,
            "problem": problem.message.rstrip("."),
        }
        for to, target in zip(sides, found, strict=True)
        for problem in target.problems
    ]
