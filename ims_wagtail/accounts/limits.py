"""Limits on one amount. Each holds on its own, whatever else a fund checks or leaves unchecked."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.funds.models import Fund, MethodOfPayment, PaymentType
from ims_wagtail.money import MAXIMUM, PENNY, ZERO, format_pounds

from .enums import Audience
from .models import AccountHolder
from .problems import Problem


def amount_problems(
    *,
    amount: Decimal,
    fund: Fund,
    payment_type: PaymentType | None,
    method: MethodOfPayment | None,
) -> Iterator[Problem]:
    """Yield everything wrong with an amount, at most one problem for too much and too little.

    Without a payment type it may be negative (a correction): its size is what counts.
    """
    size = amount if payment_type else abs(amount)
    if not size.is_finite() or size != size.quantize(PENNY) or size > MAXIMUM:
        yield _problem("not_pence", _("Amount must be pounds and pence in figures, like 45.50"))
        return
    if size <= 0:
        yield _problem("not_positive", _("Amount must be more than £0.00"))
        return
    most = [fund.maximum_amount]
    least = []
    if payment_type:
        least.append(payment_type.minimum_amount)
        if payment_type.maximum_amount is not None:
            most.append(payment_type.maximum_amount)
    if method:
        least.append(method.minimum_amount)
        most.append(method.maximum_amount)
    if size > min(most):
        yield _problem(
            "too_much", _("Amount must be %(limit)s or less"), limit=format_pounds(min(most))
        )
    if least and size < max(least):
        yield _problem(
            "too_little", _("Amount must be %(limit)s or more"), limit=format_pounds(max(least))
        )


def balance_problems(
    *, amount: Decimal, fund: Fund, account: AccountHolder, audience: Audience
) -> Iterator[Problem]:
    """Yield a problem when a fund takes no more than is owed and the amount is more.

    Only staff read the balance itself: anybody may type somebody else's reference.
    """
    if fund.allow_overpayment or account.balance is None:
        return
    owed = max(account.balance, ZERO)
    if amount <= owed:
        return
    if audience == Audience.STAFF:
        yield _problem(
            "over_balance",
            _("Amount must be %(limit)s or less, which is what the account owes"),
            limit=format_pounds(owed),
        )
    else:
        yield _problem(
            "over_balance",
            _("Amount is more than is owed. Enter no more than your latest bill or letter says"),
        )


def owed(account: AccountHolder | None) -> Decimal:
    """Return what can be paid of what an account owes, in pounds; nothing when nobody knows."""
    return max(account.balance or ZERO, ZERO) if account is not None else ZERO


def owed_problems(
    *,
    amount: Decimal,
    payment_type: PaymentType,
    account: AccountHolder | None,
    audience: Audience,
) -> Iterator[Problem]:
    """Yield a problem when an amount is not what the account owes, or part of it where allowed.

    Residents read the same of an account we don't have, of one that owes nothing and of one that
    owes something else: who has not answered the challenge learns nothing.
    """
    most = owed(account)
    if amount == most or (amount < most and payment_type.part_payment):
        return
    if audience == Audience.STAFF:
        yield _problem(
            "not_what_is_owed", _("The account owes %(limit)s"), limit=format_pounds(most)
        )
    else:
        yield _problem(
            "not_what_is_owed",
            _("What is owed on this account has changed. Look it up again before you pay"),
        )


def price_problems(*, amount: Decimal, price: Decimal) -> Iterator[Problem]:
    """Yield a problem when the amount is not the fixed price."""
    if amount != price:
        yield _problem("not_the_price", _("The price is %(limit)s"), limit=format_pounds(price))


def _problem(code: str, message: str, **facts: str) -> Problem:
    return Problem(field="amount", code=code, message=message % facts if facts else message)
