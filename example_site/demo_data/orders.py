"""The stage that makes recent orders: most went well, three need somebody's attention."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from uuid import UUID

from django.utils import timezone

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.payments.enums import AttemptState, Channel, EventSource
from ims_wagtail.payments.models import (
    Attempt,
    MerchantAccount,
    Order,
    OrderContact,
    OrderLine,
    ProviderEvent,
)
from ims_wagtail.payments.providers.contract import Observation, ProviderState
from ims_wagtail.payments.selectors import hash_token
from ims_wagtail.payments.settling import record

from .chance import chance
from .households import Household, residents
from .sandbox_memory import WORDS, remember
from .trade import services


S = ProviderState

# What became of each order, newest first: the provider's words of one attempt after the other.
# A word of several parts was said one part after the other of the same attempt.
_STORIES: tuple[tuple[tuple[ProviderState, ...], ...], ...] = (
    *(((S.PAID,),),) * 7,
    ((S.DECLINED,), (S.PAID,)),
    *(((S.PAID,),),) * 4,
    ((S.SUBMITTED,),),
    *(((S.PAID,),),) * 5,
    ((S.CANCELLED_BY_PAYER,),),
    ((S.EXPIRED,),),
    ((S.PAID, S.ERROR),),
    *(((S.PAID,),),) * 6,
    ((S.DECLINED,), (S.DECLINED,), (S.PAID,)),
    ((S.CANCELLED_BY_PAYER,), (S.PAID,)),
    *(((S.PAID,),),) * 5,
    ((S.EXPIRED,),),
    ((S.DECLINED,), (S.CANCELLED_BY_PAYER,)),
)
#: The order, counted from the newest, of which the provider takes less than was asked for.
_SHORT = 10

#: The newest order was made so long ago, and each older one so much earlier, in hours.
_NEWEST, _APART = 1.4, 2.6


class Unexpected(RuntimeError):
    """An attempt did not become what its story says."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    slug: str
    payment_type: PaymentType
    reference: str
    amount: Decimal
    vat_code_id: int
    vat_rate: Decimal
    vat_amount: Decimal


def is_done() -> bool:
    """Tell whether there are orders."""
    return Order.objects.exists()


def build() -> str:
    """Make three dozen orders of the last days, as residents would have."""
    luck = chance("orders")
    now = timezone.now()
    payers = islice(residents(), 300, None)
    account = MerchantAccount.objects.get(routes__payment_type=None, routes__channel=Channel.ONLINE)
    wanted = _wanted(luck, now)
    for place, story in reversed(tuple(enumerate(_STORIES))):
        at = now - timedelta(hours=_NEWEST + _APART * place, minutes=luck.randrange(60))
        order = _order(
            luck, at, next(payers), account, list(islice(wanted, luck.choice((1, 1, 1, 2))))
        )
        for number, said in enumerate(story, start=1):
            _attempt(
                luck,
                order=order,
                account=account,
                number=number,
                at=at + timedelta(minutes=2 + 4 * number),
                said=said,
                short=place == _SHORT,
            )
    problems = Attempt.objects.exclude(problem="").count()
    return f"{len(_STORIES)} orders, {problems} needing attention"


def _wanted(luck: Random, now: datetime) -> Iterator[_Wanted]:
    known = services(now.astimezone(LONDON).date())
    types = PaymentType.objects.in_bulk(field_name="slug")
    slugs = tuple(known)
    while True:
        slug = luck.choice(slugs)
        line = known[slug].line(luck, method_id=0, receipt_number="")
        yield _Wanted(
            slug,
            types[slug],
            line.account_reference,
            line.amount,
            line.vat_code_id,
            line.vat_rate,
            line.vat_amount,
        )


def _order(
    luck: Random,
    at: datetime,
    payer: Household,
    account: MerchantAccount,
    wanted: list[_Wanted],
) -> Order:
    order = Order.objects.create(
        token=UUID(int=luck.getrandbits(128), version=4),
        basket_token=UUID(int=luck.getrandbits(128), version=4),
        total=sum(line.amount for line in wanted),
        language="en-gb",
        account=account,
        created_at=at,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            number=number,
            basket_line=UUID(int=luck.getrandbits(128), version=4),
            payment_type=line.payment_type,
            fund_id=line.payment_type.fund_id,
            account_reference=line.reference,
            description=line.payment_type.name,
            reference_label=line.payment_type.reference_label,
            amount=line.amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=line.vat_amount,
        )
        for number, line in enumerate(wanted, start=1)
    )
    # No e-mail address: setting up the demo must not send receipts.
    OrderContact.objects.create(
        order=order,
        name=payer.name,
        address_line_1=payer.address,
        town=payer.place,
        postcode=payer.postcode,
    )
    return order


def _attempt(
    luck: Random,
    *,
    order: Order,
    account: MerchantAccount,
    number: int,
    at: datetime,
    said: tuple[ProviderState, ...],
    short: bool,
) -> None:
    attempt = Attempt.objects.create(
        order=order,
        number=number,
        reference=f"{order.reference}-{number}",
        account=account,
        token_hash=hash_token(f"{luck.getrandbits(128):032x}"),
        provider_id=str(UUID(int=luck.getrandbits(128), version=4)),
        state=AttemptState.OPEN,
        amount=order.total,
        created_at=at,
    )
    amount = order.total - (Decimal("0.50") if short else 0)
    ends = at + timedelta(minutes=91 if S.EXPIRED in said else 2)
    four = f"{luck.randrange(10_000):04}"
    for state in said:
        seen = Observation(
            provider_id=attempt.provider_id,
            reference=attempt.reference,
            state=state,
            raw_state=WORDS[state],
            amount=amount,
            currency="GBP",
            captured=state == S.PAID,
            paid_at=ends if state == S.PAID else None,
            card_brand="Visa" if state == S.PAID else "",
            card_last_four=four if state == S.PAID else "",
        )
        settled = record(attempt=attempt, seen=seen, source=EventSource.RETURN)
        if settled is None or settled.state == AttemptState.OPEN:
            raise Unexpected(f"{attempt.reference} did not become {state}")
        attempt = settled
    taken = amount if S.PAID in said else None
    remember(attempt=attempt, said=said[-1], taken=taken, four=four, paid_at=ends)
    ProviderEvent.objects.filter(attempt=attempt).update(received_at=ends, handled_at=ends)
    if attempt.finished_at:
        Attempt.objects.filter(pk=attempt.pk).update(finished_at=ends)
