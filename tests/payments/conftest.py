"""Providers are called outside transactions, so these tests commit."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.payments.making import Council, make_council
from tests.payments.refunding import make_approver, make_asker


@pytest.fixture
def council(transactional_db: None) -> Council:
    """Return a council that takes payments."""
    return make_council()


@pytest.fixture
def later() -> Iterator[Callable[..., None]]:
    """Return a function that lets time pass: ``later(minutes=5)``, counted from the start."""
    start = timezone.now()
    travellers = []

    def travel(**passed: float) -> None:
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(start + timedelta(**passed), tick=True)
        traveller.start()
        travellers.append(traveller)

    yield travel
    while travellers:
        travellers.pop().stop()


@pytest.fixture
def asker(council: Council) -> object:
    """Return somebody who may ask for refunds in every fund."""
    return make_asker()


@pytest.fixture
def approver(council: Council) -> object:
    """Return somebody who may approve refunds in every fund."""
    return make_approver()
