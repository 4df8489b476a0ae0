"""May this be paid? One answer for residents, staff and corrections, with every problem at once."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.funds.models import Fund, MethodOfPayment, PaymentType, ReferenceRule, VatCode
from ims_wagtail.funds.reference_messages import within
from ims_wagtail.funds.references import (
    ReferenceInvalid,
    RuleFacts,
    compile_facts,
    open_reference,
)
from ims_wagtail.funds.selectors import NoPrice, NoVatRate, set_price, vat_rate
from ims_wagtail.funds.wording import reference_label
from ims_wagtail.money import split_vat

from .card_numbers import looks_like_card_number
from .enums import Audience, StopEffect
from .limits import amount_problems, balance_problems, owed_problems, price_problems
from .models import AccountHolder
from .problems import PaymentRefused, Problem
from .stops import not_payable_text, stop_outcome


__all__ = [
    "CheckedPayment",
    "PaymentRefused",
    "Problem",
    "check_fund_line",
    "check_payment",
    "check_reference",
    "looks_like_card_number",
    "normalised_reference",
]

logger = logging.getLogger(__name__)

#: Finds the account of a normalised reference, with its stop message.
FindAccount = Callable[[Fund, str], AccountHolder | None]


def find_account(fund: Fund, reference: str) -> AccountHolder | None:
    """Return the account holder of a reference, with the stop message, in one query."""
    return (
        AccountHolder.objects.select_related("stop_message")
        .filter(fund=fund, reference=reference)
        .first()
    )


@dataclass(frozen=True, slots=True)
class CheckedPayment:
    """A payment that may be taken: the reference normalised, the VAT worked out."""

    reference: str
    amount: Decimal
    vat_code: VatCode
    vat_rate: Decimal
    vat_amount: Decimal
    account: AccountHolder | None
    warnings: tuple[str, ...]


def check_payment(
    *,
    payment_type: PaymentType,
    reference: str,
    amount: Decimal,
    audience: Audience,
    method: MethodOfPayment | None = None,
    on: date | None = None,
    find_account: FindAccount = find_account,
    worked_out: Decimal | None = None,
) -> CheckedPayment:
    """Check one line of a payment, amounts in pounds. Raises ``PaymentRefused``.

    ``worked_out`` is what today's prices come to where a page lays out several of them; without it
    such a payment type is refused. A payment type with a fixed account ignores ``reference``.

    Makes one query when the payment type comes from ``payable_types()``, none when its reference is
    wrong. Who checks many lines reads their accounts at once and passes ``find_account``.
    """
    on = on or accounting_date()
    problems = list(_closed_problems(payment_type, on))
    problems += _price_problems(payment_type, amount, audience, on, worked_out)
    fixed = payment_type.reference_source == ReferenceSource.FIXED
    try:
        return _check(
            fund=payment_type.fund,
            payment_type=payment_type,
            reference=payment_type.fixed_reference if fixed else reference,
            label=reference_label(payment_type),
            amount=amount,
            audience=audience,
            method=method,
            vat_code=payment_type.vat_code or payment_type.fund.vat_code,
            on=on,
            problems=problems,
            find_account=find_account,
        )
    except PaymentRefused as refused:
        if not fixed:
            raise
        # There is no reference on the page to put right.
        raise PaymentRefused(
            tuple(
                replace(problem, field="payment_type", message=_closed_message(payment_type))
                if problem.field == "reference"
                else problem
                for problem in refused.problems
            )
        ) from refused


def check_fund_line(
    *,
    fund: Fund,
    reference: str,
    amount: Decimal,
    audience: Audience = Audience.STAFF,
    method: MethodOfPayment | None = None,
    vat_code: VatCode | None = None,
    on: date | None = None,
    find_account: FindAccount = find_account,
) -> CheckedPayment:
    """Check one line of a correction, by the rules of a payment. Raises ``PaymentRefused``.

    The amount may be negative. Another VAT code counts only where the fund lets staff choose. Who
    checks many lines reads their accounts at once and passes ``find_account``.
    """
    return _check(
        fund=fund,
        payment_type=None,
        reference=reference,
        label="",
        amount=amount,
        audience=audience,
        method=method,
        vat_code=vat_code if vat_code and fund.vat_override else fund.vat_code,
        on=on or accounting_date(),
        problems=[],
        find_account=find_account,
    )


def check_reference(*, payment_type: PaymentType, reference: str, audience: Audience) -> str:
    """Return the normalised reference of an account that may be paid. Raises ``PaymentRefused``."""
    problems: list[Problem] = []
    label = reference_label(payment_type)
    normalised = _normalise(payment_type.fund, reference, label, problems)
    if normalised is not None:
        _account(payment_type.fund, normalised, label, audience, problems, [])
    if problems:
        raise PaymentRefused(tuple(problems))
    return str(normalised)


def normalised_reference(*, payment_type: PaymentType, reference: str) -> str:
    """Return a reference as it is kept, whether or not there is such an account; no query.

    Raises ``PaymentRefused`` where it breaks its rule.
    """
    problems: list[Problem] = []
    label = reference_label(payment_type)
    normalised = _normalise(payment_type.fund, reference, label, problems)
    if problems:
        raise PaymentRefused(tuple(problems))
    return str(normalised)


def _check(
    *,
    fund: Fund,
    payment_type: PaymentType | None,
    reference: str,
    label: str,
    amount: Decimal,
    audience: Audience,
    method: MethodOfPayment | None,
    vat_code: VatCode,
    on: date,
    problems: list[Problem],
    find_account: FindAccount = find_account,
) -> CheckedPayment:
    warnings: list[str] = []
    account = None
    normalised = _normalise(fund, reference, label, problems)
    if normalised is not None:
        account = _account(fund, normalised, label, audience, problems, warnings, find_account)
    wrong_amount = list(
        amount_problems(amount=amount, fund=fund, payment_type=payment_type, method=method)
    )
    if account is not None and not wrong_amount:
        wrong_amount += balance_problems(
            amount=amount, fund=fund, account=account, audience=audience
        )
    is_owed = payment_type is not None and payment_type.amount_source == AmountSource.BALANCE
    if payment_type and is_owed and normalised is not None and not (problems or wrong_amount):
        wrong_amount += owed_problems(
            amount=amount, payment_type=payment_type, account=account, audience=audience
        )
    # A wrong price is told once, not again as too much or too little.
    if not any(problem.field == "amount" for problem in problems):
        problems += wrong_amount
    rate = _rate(vat_code, on, audience, problems)
    if problems:
        raise PaymentRefused(tuple(problems))
    return CheckedPayment(
        reference=str(normalised),
        amount=amount,
        vat_code=vat_code,
        vat_rate=rate,
        vat_amount=split_vat(gross=amount, rate=rate).vat,
        account=account,
        warnings=tuple(warnings),
    )


def _closed_problems(payment_type: PaymentType, on: date) -> Iterator[Problem]:
    if (
        not payment_type.enabled
        or not payment_type.fund.enabled
        or (payment_type.open_from and on < payment_type.open_from)
        or (payment_type.open_until and on > payment_type.open_until)
    ):
        yield Problem(
            field="payment_type",
            code="closed",
            message=_closed_message(payment_type),
        )


def _price_problems(
    payment_type: PaymentType,
    amount: Decimal,
    audience: Audience,
    on: date,
    worked_out: Decimal | None,
) -> Iterator[Problem]:
    if payment_type.amount_source == AmountSource.PRICES:
        yield from _laid_out_problems(payment_type, amount, worked_out)
        return
    try:
        price = set_price(payment_type, on)
    except NoPrice as missing:
        logger.error("Payment refused: %s", missing)
        yield Problem(
            field="payment_type",
            code="no_price",
            message=str(missing) if audience == Audience.STAFF else _closed_message(payment_type),
        )
    else:
        if price is not None:
            yield from price_problems(amount=amount, price=price)


def _laid_out_problems(
    payment_type: PaymentType, amount: Decimal, worked_out: Decimal | None
) -> Iterator[Problem]:
    if worked_out is None:
        yield Problem(field="payment_type", code="no_price", message=_closed_message(payment_type))
    else:
        yield from price_problems(amount=amount, price=worked_out)


def _closed_message(payment_type: PaymentType) -> str:
    return _("You can't pay for %(name)s at the moment") % {"name": payment_type.name}


def _normalise(fund: Fund, typed: str, label: str, problems: list[Problem]) -> str | None:
    rule: ReferenceRule | None = fund.reference_rule
    facts = RuleFacts.of(rule) if rule else None
    card = looks_like_card_number(typed)
    try:
        reference = (compile_facts(facts) if facts else open_reference)(typed)
    except ReferenceInvalid as invalid:
        if not card:
            problems.append(
                Problem(field="reference", code=invalid.code, message=invalid.message_for(label))
            )
            return None
    else:
        # Some references pass the card check by chance (library cards by design): a rule that
        # says more than “some characters” vouches for them.
        if not card or (facts and facts.is_specific()):
            return reference
    problems.append(
        Problem(
            field="reference",
            code="card_number",
            message=_(
                "This looks like a card number. Do not type your card number here: "
                "we ask for it later, on the secure payment page. Enter your %(label)s"
            )
            % {"label": within(label or _("Reference"))},
        )
    )
    return None


def _account(
    fund: Fund,
    reference: str,
    label: str,
    audience: Audience,
    problems: list[Problem],
    warnings: list[str],
    find_account: FindAccount = find_account,
) -> AccountHolder | None:
    account = find_account(fund, reference)
    if account is None:
        if fund.account_must_exist:
            problems.append(
                _not_payable(label)
                if audience == Audience.PUBLIC
                else Problem(
                    field="reference",
                    code="account_not_found",
                    message=_("%(fund)s has no account with this reference") % {"fund": fund.name},
                )
            )
        return None
    stop = account.stop_message
    if stop is None:
        return account
    outcome = stop_outcome(stop=stop, audience=audience)
    if outcome.effect == StopEffect.WARN:
        warnings.append(outcome.text)
    elif outcome.effect == StopEffect.BLOCK:
        problems.append(
            Problem(field="reference", code="stopped", message=outcome.text)
            if outcome.text
            else _not_payable(label)
        )
        # A second problem, about the balance, would tell a stopped account from an unknown one.
        return None
    return account


def _not_payable(label: str) -> Problem:
    return Problem(field="reference", code="not_payable", message=not_payable_text(label))


def _rate(vat_code: VatCode, on: date, audience: Audience, problems: list[Problem]) -> Decimal:
    try:
        return vat_rate(vat_code, on)
    except NoVatRate as missing:
        logger.error("Payment refused: %s", missing)
        problems.append(
            Problem(
                field="payment_type",
                code="no_vat_rate",
                message=str(missing)
                if audience == Audience.STAFF
                else _("You can't pay for this at the moment"),
            )
        )
        return Decimal(0)
