"""What each step may ask of the database, with one line in the basket and with ten."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from tests.checkout.resident import Resident
from tests.factories import make_account_holder


pytestmark = pytest.mark.django_db(transaction=True)

MOST = 15
SUCCESS = BY_NUMBER["4242424242424242"]


def count(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    # Opening and closing a transaction asks nothing, and the sandbox's own table stands for a
    # service elsewhere.
    asked = [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("BEGIN", "COMMIT")) and '"ims_sandbox_' not in query["sql"]
    ]
    return len(asked)


def walk(council, *, lines: int, prefix: str) -> dict[str, int]:
    """Go through the journey and count the queries of every request."""
    for number in range(lines + 1):
        make_account_holder(fund=council.room.fund, reference=f"{prefix}{number}")
    resident = Resident()
    client = resident.client
    counts = {"entry": count(lambda: client.get("/pay/room-hire/"))}
    for number in range(1, lines + 1):
        resident.add("room-hire", reference=f"{prefix}{number}", amount="5.00")
    path, data = resident.filled(
        resident.visit("/pay/room-hire/"), reference=f"{prefix}0", amount="5.00"
    )
    counts["add"] = count(lambda: client.post(path, data))
    counts["basket"] = count(lambda: client.get("/pay/basket/"))
    basket = resident.visit("/pay/basket/")
    change = resident.visit(basket.link("Change"))
    counts["change"] = count(lambda: client.get(change.path))
    changed, other = resident.filled(change, amount="6.00")
    counts["changed"] = count(lambda: client.post(changed, other))
    counts["details"] = count(lambda: client.get("/pay/details/"))
    details, given = resident.filled(resident.visit("/pay/details/"), email="ada@example.com")
    counts["detailed"] = count(lambda: client.post(details, given))
    counts["check"] = count(lambda: client.get("/pay/check/"))
    start, agreed = resident.filled(resident.visit("/pay/check/"))
    counts["start"] = count(lambda: client.post(start, agreed))
    payment = SandboxPayment.objects.latest("created_at")
    assert payment.amount == 5 * (lines + 1) + 1
    remote.use_card(payment=payment, card=SUCCESS)
    way_back = payment.return_url.removeprefix("http://127.0.0.1:8000")
    counts["return"] = count(lambda: client.get(way_back))
    result = resident.visit(way_back)
    assert result.title == "Payment complete"
    counts["result"] = count(lambda: client.get(result.path))
    receipt = result.link("View, print or save")
    counts["receipt"] = count(lambda: client.get(receipt))
    return counts


def test_every_step_keeps_to_its_queries_however_many_lines(council):
    walk(council, lines=1, prefix="A")  # what is remembered between requests is remembered now

    one, ten = walk(council, lines=1, prefix="B"), walk(council, lines=10, prefix="C")

    assert {step: number for step, number in ten.items() if number > MOST} == {}
    assert one == ten
