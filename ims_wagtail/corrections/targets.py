"""May this account be given this money? By the rules of a payment taken by staff."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ims_wagtail.accounts.checks import CheckedPayment, FindAccount, PaymentRefused, check_fund_line
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.accounts.problems import Problem
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.funds.references import (
    ReferenceInvalid,
    RuleFacts,
    compile_facts,
    open_reference,
)

from .wishes import To


@dataclass(frozen=True, slots=True)
class CheckedTarget:
    """What came of checking one target: what it would be, or every problem."""

    checked: CheckedPayment | None
    problems: tuple[Problem, ...]


def funds_with_rules(fund_ids: Collection[int] | None = None) -> QuerySet[Fund]:
    """Return funds with all that checking their references and VAT reads; all when not told."""
    funds = Fund.objects.select_related("vat_code", "reference_rule__check_digit")
    funds = funds.prefetch_related("vat_code__rates")
    return funds if fund_ids is None else funds.filter(pk__in=fund_ids)


def normalised(fund: Fund, typed: str) -> str:
    """Return a reference as the book writes it; as it was typed, in capitals, if no rule fits."""
    rule = fund.reference_rule
    try:
        return (compile_facts(RuleFacts.of(rule)) if rule else open_reference)(typed)
    except ReferenceInvalid:
        return typed.strip().upper()


def check_targets(
    targets: Sequence[To], *, method: MethodOfPayment | None
) -> tuple[CheckedTarget, ...]:
    """Check each target, in two queries, when the funds come from ``funds_with_rules``."""
    find = _finder(targets)
    return tuple(_check(target, method, find) for target in targets)


def _check(target: To, method: MethodOfPayment | None, find: FindAccount) -> CheckedTarget:
    problems: list[Problem] = []
    if not target.fund.enabled:
        problems.append(Problem("payment_type", "closed", _("This fund takes no money any more")))
    if target.fund.is_suspense:
        problems.append(
            Problem("payment_type", "suspense", _("Money can't be moved back to suspense"))
        )
    code = target.vat_code
    if code and code.pk != target.fund.vat_code_id and not target.fund.vat_override:
        problems.append(
            Problem("payment_type", "vat", _("You can't choose another VAT code for this fund"))
        )
    try:
        checked = check_fund_line(
            fund=target.fund,
            reference=target.reference,
            amount=target.amount,
            audience=Audience.STAFF,
            method=method,
            vat_code=code,
            find_account=find,
        )
    except PaymentRefused as refused:
        return CheckedTarget(None, (*problems, *refused.problems))
    return CheckedTarget(None if problems else checked, tuple(problems))


def _finder(targets: Sequence[To]) -> FindAccount:
    """Read the accounts of all targets at once."""
    wanted = {(target.fund.pk, normalised(target.fund, target.reference)) for target in targets}
    accounts = AccountHolder.objects.select_related("stop_message").filter(
        fund__in={fund_id for fund_id, _reference in wanted},
        reference__in={reference for _fund_id, reference in wanted},
    )
    found = {(account.fund_id, account.reference): account for account in accounts}
    return lambda fund, reference: found.get((fund.pk, reference))
