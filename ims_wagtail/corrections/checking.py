"""What has to hold before money may be moved. Every refusal says what is available and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.funds.selectors import NotSetUp, default_method
from ims_wagtail.ledger.corrections import METHODS
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import MAXIMUM, PENNY, format_pounds

from .enums import CorrectionKind
from .exceptions import CorrectionRefused
from .kinds import POSTS_AS, permission_to_ask
from .targets import CheckedTarget, check_targets
from .wishes import To, total


REASON_LENGTH = 200


def check_reason(reason: str) -> str:
    """Return the reason tidied up. Raises ``CorrectionRefused`` without one."""
    tidy = " ".join(reason.split())
    if not tidy:
        raise CorrectionRefused(_("Say why the money is moved."))
    if len(tidy) > REASON_LENGTH:
        raise CorrectionRefused(_("The reason must be 200 characters or fewer."))
    return tidy


def check_scope(by: Any, kind: CorrectionKind, fund_ids: Iterable[int]) -> None:
    """Refuse a person without the right in every fund that money leaves or reaches."""
    mine = scope_of(by, permission_to_ask(kind))
    if any(fund_id not in mine for fund_id in fund_ids):
        raise CorrectionRefused(
            _("You don't have the right to move money in every fund this is about.")
        )


def check_amounts(amounts: Collection[Decimal]) -> None:
    """Refuse amounts that aren't pounds and pence above nothing."""
    for amount in amounts:
        if not amount.is_finite() or amount <= 0 or amount > MAXIMUM:
            raise CorrectionRefused(_("Every amount must be more than £0.00."))
        if amount != amount.quantize(PENNY):
            raise CorrectionRefused(_("Every amount must be pounds and pence."))


def check_balance(taken: Decimal, gives: Sequence[To]) -> None:
    """Refuse sides that differ, and sides that are empty."""
    if not taken:
        raise CorrectionRefused(_("Enter an amount to take from at least one place."))
    if not gives:
        raise CorrectionRefused(_("Say where the money goes."))
    given = total(gives)
    if taken != given:
        raise CorrectionRefused(
            _("You take %(taken)s and put down %(given)s. The two must be the same.")
            % {"taken": format_pounds(taken), "given": format_pounds(given)}
        )


def check_lines(takes: Mapping[int, Decimal], lines: Mapping[int, Transaction]) -> None:
    """Refuse to take from lines more than they have left."""
    left = available(lines)
    for line_id, amount in takes.items():
        line = lines.get(line_id)
        if line is None:
            raise CorrectionRefused(_("There is no such line in the book."))
        if line.corrects_id:
            raise CorrectionRefused(
                _("%(reference)s corrects another line: move the money where it is now.")
                % {"reference": line.reference}
            )
        if amount > left[line_id]:
            raise CorrectionRefused(
                _(
                    "You want to move %(amount)s of %(reference)s, but only %(left)s of its "
                    "%(whole)s can be moved. The rest has been refunded, moved, or is held for "
                    "something under way."
                )
                % {
                    "amount": format_pounds(amount),
                    "reference": line.reference,
                    "left": format_pounds(left[line_id]),
                    "whole": format_pounds(line.amount),
                }
            )


def check_goes_elsewhere(lines: Iterable[Transaction], gives: Iterable[To]) -> None:
    """Refuse to put money back where it came from, under the VAT code it had."""
    here = {(line.fund_id, line.account_reference, line.vat_code_id) for line in lines}
    for to in gives:
        code_id = to.vat_code.pk if to.vat_code else to.fund.vat_code_id
        if (to.fund.pk, to.reference, code_id) in here:
            raise CorrectionRefused(
                _("Account %(reference)s in %(fund)s is where the money is now.")
                % {"reference": to.reference, "fund": to.fund}
            )


def check_gives(kind: CorrectionKind, gives: Sequence[To]) -> list[To]:
    """Return the targets with their references normalised and their VAT codes.

    Raises ``CorrectionRefused`` with every problem of every target.
    """
    found = check_targets(gives, method=method_of_arrival(kind))
    if problems := _in_words(gives, found):
        raise CorrectionRefused(problems)
    return [
        To(to.fund, target.checked.reference, to.amount, target.checked.vat_code, to.narrative)
        for to, target in zip(gives, found, strict=True)
        if target.checked
    ]


def method_of_arrival(kind: CorrectionKind) -> MethodOfPayment:
    """Return the method of payment by which moved money arrives. Raises ``CorrectionRefused``."""
    try:
        return default_method(METHODS[POSTS_AS[kind]][1])
    except NotSetUp as missing:
        raise CorrectionRefused(str(missing)) from missing


def _in_words(gives: Sequence[To], found: Iterable[CheckedTarget]) -> str:
    return " ".join(
        _("%(reference)s in %(fund)s: %(problem)s.")
        % {
            "reference": to.reference or _("No reference"),
            "fund": to.fund,
            "problem": problem.message.rstrip("."),
        }
        for to, target in zip(gives, found, strict=True)
        for problem in target.problems
    )
