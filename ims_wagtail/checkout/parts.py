"""The payments a basket comes to: one for each account of the council that takes a part of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ims_wagtail.funds.models import PaymentType
from ims_wagtail.money import ZERO
from ims_wagtail.payments.availability import is_open
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.models import MerchantAccount
from ims_wagtail.payments.selectors import account_for

from .models import BasketLine


@dataclass(frozen=True, slots=True)
class Part:
    """One payment to be made: the lines that go to one account."""

    lines: tuple[BasketLine, ...]

    @property
    def total(self) -> Decimal:
        """What the payer is asked for, in pounds."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class Parts:
    """A basket split: what can be paid now, and what can't be paid online at the moment."""

    payable: tuple[Part, ...]
    closed: tuple[BasketLine, ...]

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """The lines that can be paid now, payment by payment."""
        return tuple(line for part in self.payable for line in part.lines)

    @property
    def total(self) -> Decimal:
        """What can be paid now, in pounds."""
        return sum((part.total for part in self.payable), ZERO)

    @property
    def shape(self) -> str:
        """Text that is another when the basket is to be paid in another way than was shown.

        Or at another price: what was shown may have changed since.
        """
        places = (
            [f"{line.position}:{line.amount}" for line in part.lines] for part in self.payable
        )
        return "/".join(map(",".join, places))


def parts_of(
    lines: Sequence[BasketLine], *, site_id: int | None, channel: Channel = Channel.ONLINE
) -> Parts:
    """Split a basket by the accounts that take its lines on a site, in their order; one query."""
    if not lines:
        return Parts(payable=(), closed=())
    accounts = account_for(
        payment_types=[line.payment_type for line in lines], site_id=site_id, channel=channel
    )
    taken: dict[MerchantAccount, list[BasketLine]] = defaultdict(list)
    closed = []
    for line in lines:
        account = accounts.get(line.payment_type_id)
        if account is not None and is_open(account):
            taken[account].append(line)
        else:
            closed.append(line)
    return Parts(
        payable=tuple(Part(lines=tuple(own)) for own in taken.values()), closed=tuple(closed)
    )


def is_payable_now(payment_type: PaymentType, *, site_id: int | None) -> bool:
    """Return whether an account takes a payment type online on a site just now; one query."""
    account = account_for(payment_types=[payment_type], site_id=site_id).get(payment_type.pk)
    return account is not None and is_open(account)
