"""A town with payable pages, and people who come to it in one way or another."""

from collections.abc import Callable
from typing import Any

import pytest

from ims_wagtail.payments.models import MerchantAccount
from tests.factories import make_merchant_account

from .person import Person
from .town import Town, make_town
from .ways import DESKTOP, Way


@pytest.fixture
def town(live_site: str) -> Town:
    """Return the council, which is served at ``live_site``."""
    return make_town(live_site)


@pytest.fixture
def come(new_page: Callable, town: Town) -> Callable[..., Person]:
    """Return a function that brings somebody to the site: ``come(PHONE)``."""

    def person(way: Way = DESKTOP, **options: object) -> Person:
        return Person(new_page(**{**way.options, **options}), site=town.site, way=way)

    return person


@pytest.fixture
def rooms_apart(town: Town, settings: Any) -> MerchantAccount:
    """Return a second account, through which rooms are hired."""
    credentials = {**settings.IMS["CREDENTIALS"], "rooms": {"api_key": "rooms"}}
    settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}
    return make_merchant_account("rooms", takes=(town.room_hire,))
