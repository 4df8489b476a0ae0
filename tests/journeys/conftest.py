"""A town with payable pages, and people who come to it in one way or another."""

from collections.abc import Callable

import pytest

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
