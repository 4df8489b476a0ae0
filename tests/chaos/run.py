"""One run: so many payments while everything breaks, then rest, then the reckoning."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from multiprocessing import get_context
from typing import Any

import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.models import Attempt, Order, Refund
from tests.factories import (
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_suspense_fund,
    make_vat_code,
)
from tests.payments.making import breaches
from tests.payments.refunding import make_approver, make_asker
from tests.payments.scales import NOTHING, Heard, Scales

from .officer import Officers
from .pay import Pay
from .payer import GaveUp, Payer
from .settings import credentials
from .site import Site, environment


PAYERS_AT_ONCE = 8
#: Hours that are let pass in the end, one after the other.
LATER = (2, 6, 24, 24, 24, 24)


@dataclass
class Result:
    """What came of a run."""

    figures: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def make_council() -> None:
    """Make the little that paying for a room takes."""
    make_method()
    make_suspense_fund()
    make_merchant_account("govukpay", provider="govukpay")
    make_payment_type("room-hire", fund=make_fund("RH", vat_code=make_vat_code("S2", rate="0.2")))


def run(*, database: str, seed: int, payments: int, kill_every: tuple[float, float]) -> Result:
    """Pay so many times and reckon up. The database is migrated and has no council yet."""
    dice = random.Random(seed)
    make_council()
    people = {"asker": make_asker(), "approver": make_approver()}
    with pay_process() as manager:
        desk = manager.PayDesk(dice.randrange(2**32))
        site = Site(environment(database=database, pay=desk.url()))
        ims = {"BASE_URL": site.address, "CREDENTIALS": credentials(desk.url())}
        with override_settings(IMS=ims):
            officers = Officers(desk=desk, dice=random.Random(dice.random()), **people)
            try:
                site.start()
                desk.begin(f"{site.address}/ims/webhooks/govukpay/")
                site.kill_now_and_then(dice=random.Random(dice.random()), seconds=kill_every)
                gave_up = everybody_pays(site, desk, payments, dice)
            finally:
                site.stop()
                officers.stop()
            first = accounting_date()
            desk.end()
            come_to_rest(desk, first)
            result = reckon(desk)
    result.figures = {
        "payers": payments,
        "payers who gave up": gave_up,
        **result.figures,
        "processes killed": site.killed,
    }
    return result


@contextmanager
def pay_process() -> Iterator[Any]:
    """Run GOV.UK Pay in a process of its own."""
    manager = Pay(ctx=get_context("spawn"))
    manager.start()
    try:
        yield manager
    finally:
        manager.shutdown()


def everybody_pays(site: Site, desk: Any, payments: int, dice: random.Random) -> int:
    """Let the payers pay, some at once; return how many gave up."""
    url = desk.url()
    payers = [
        Payer(site=site.address, pay=url, number=number, dice=random.Random(dice.random()))
        for number in range(payments)
    ]
    gave_up = []
    lock = threading.Lock()

    def go(payer: Payer) -> None:
        try:
            payer.go()
        except GaveUp:
            with lock:
                gave_up.append(payer)

    with ThreadPoolExecutor(PAYERS_AT_ONCE) as pool:
        list(pool.map(go, payers))
    return len(gave_up)


def come_to_rest(desk: Any, first: date) -> None:
    """Let days pass with nobody breaking anything, and run the schedule as a site does."""
    passed = timedelta()
    now = timezone.now()
    for hours in LATER:
        passed += timedelta(hours=hours)
        desk.finish()
        desk.pass_time(passed)
        with time_machine.travel(now + passed, tick=True):
            check_payments()
            last = accounting_date()
    with time_machine.travel(now + passed, tick=True):
        for day in range((last - first).days + 1):
            call_command("ims_compare_payments", day=first + timedelta(days=day), stdout=StringIO())


def reckon(desk: Any) -> Result:
    """Weigh the provider against the book, and prove the book."""
    payments = desk.payments()
    scales = Scales(_Kept(payments), Heard())
    refunds = [refund for payment in payments.values() for refund in payment.refunds]
    story = desk.story()
    suspense = Fund.objects.get(is_suspense=True)
    succeeded = [p for p in payments.values() if any(h[0] == "success" for h in p.history)]
    paid = [payment for payment in succeeded if payment.status == "success"]
    taken_back = Posting.objects.filter(source__endswith=":capture_failed").count()
    lost = [item.what for item in scales.items if item.waiting > 0]
    doubled = [item.what for item in scales.items if item.waiting < 0]
    doubled += [f"{number} was posted {times} times" for number, times in scales.posted_twice()]
    return Result(
        figures={
            "orders": Order.objects.count(),
            "payments begun": Attempt.objects.count(),
            "paid at the provider": len(paid),
            "in the book": Posting.objects.filter(kind="payment").count() - taken_back,
            "captures failed at the provider": len(succeeded) - len(paid),
            "of which were taken back in the book": taken_back,
            "refunds at the provider": sum(r.status == "success" for r in refunds),
            "refunds in the book": Posting.objects.filter(kind="refund").count(),
            "refunds made in its console": Refund.objects.filter(route="provider").count(),
            "pounds at the provider": sum((item.provider for item in scales.items), NOTHING),
            "pounds in the book": sum(scales.book.values(), Decimal(0)),
            "lines in suspense": Transaction.objects.filter(fund=suspense).count(),
            "lost": len(lost),
            "doubled": len(doubled),
            **story,
        },
        problems=[
            *(f"lost: {what}" for what in lost),
            *(f"doubled: {what}" for what in doubled),
            *scales.problems(),
            *(f"still to be checked: {attempt}" for attempt in _due()),
            *(f"ims_verify: {row}" for row in breaches()),
            *(f"not as GOV.UK Pay describes it: {breach}" for breach in desk.breaches()),
        ],
    )


def database_of_this_process() -> str:
    """Return the address of the database that this process uses."""
    from psycopg.conninfo import make_conninfo

    settings = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    names["port"] = "PORT"
    return make_conninfo(
        **{name: str(settings[key]) for name, key in names.items() if settings[key]}
    )


def _due() -> list[Any]:
    due = {"next_check_at__isnull": False}
    return [*Attempt.objects.filter(**due), *Refund.objects.filter(**due)]


@dataclass(frozen=True)
class _Kept:
    """What ``Scales`` wants of a stub."""

    payments: dict[str, Any]
