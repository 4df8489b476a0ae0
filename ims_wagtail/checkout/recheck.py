"""Checking a whole basket by today's rules, whatever they were when its lines were added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from ims_wagtail.accounts.checks import (
    CheckedPayment,
    FindAccount,
    PaymentRefused,
    check_payment,
    find_account,
)
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.payments.models import OrderLine
from ims_wagtail.payments.selectors import recently_paid

from .amounts.basis import amount_today, read_prices
from .models import BasketLine


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Every line, by its primary key, is either good to pay or refused with reasons."""

    good: Mapping[Any, CheckedPayment]
    refused: Mapping[Any, tuple[str, ...]]


def recheck(
    lines: Sequence[BasketLine] | Sequence[OrderLine],
    *,
    audience: Audience = Audience.PUBLIC,
    method: MethodOfPayment | None = None,
) -> Rechecked:
    """Check lines that ``selectors`` read with their rules; one query, whatever their number.

    The prices that pages may charge take two more where there are any.
    """
    good: dict[Any, CheckedPayment] = {}
    refused: dict[Any, tuple[str, ...]] = {}
    read_prices(lines)
    find = _finder([(line.payment_type.fund_id, line.account_reference) for line in lines])
    for line in lines:
        try:
            good[line.pk] = check_payment(
                payment_type=line.payment_type,
                reference=line.account_reference,
                amount=line.amount,
                audience=audience,
                method=method,
                find_account=find,
                worked_out=amount_today(line),
            )
        except PaymentRefused as problem:
            refused[line.pk] = tuple(part.message for part in problem.problems)
    return Rechecked(good=good, refused=refused)


def paid_before(lines: Sequence[BasketLine]) -> tuple[BasketLine, ...]:
    """Return the lines whose account was paid within the last hours, by whomever.

    A fixed account is everybody's, so that it was paid lately says nothing.
    """
    own = [line for line in lines if not line.has_fixed_reference]
    if not own:
        return ()
    paid = recently_paid(
        references=[(line.payment_type.fund_id, line.account_reference) for line in own],
        hours=ims_settings().duplicate_warning_hours,
    )
    return tuple(
        line for line in own if (line.payment_type.fund_id, line.account_reference) in paid
    )


def _finder(references: Sequence[tuple[int, str]]) -> FindAccount:
    """Read the accounts of all references at once; another reference is looked up by itself."""
    wanted = set(references)
    either = reduce(or_, (Q(fund=fund, reference=text) for fund, text in wanted), Q(pk__in=[]))
    holders = AccountHolder.objects.select_related("stop_message").filter(either)
    found = {(holder.fund_id, holder.reference): holder for holder in holders}

    def find(fund: Fund, reference: str) -> AccountHolder | None:
        key = (fund.pk, reference)
        # A rule changed since may write the reference another way.
        return found.get(key) if key in wanted else find_account(fund, reference)

    return find
