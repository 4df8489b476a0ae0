"""A council of two departments, Alpha and Bravo."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction

from .council import make_council


@pytest.fixture
def council(db):
    return make_council()


@pytest.fixture(scope="module")
def standing_rows(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let what other fixtures of a module's scope make stand until its last test is over.

    Each test starts from these rows, and what it does to them is undone. A module that asks for
    this may have no test that commits.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def standing_council(standing_rows: None) -> SimpleNamespace:
    """A council for all tests of a module; each wants a copy of it, for its own changes."""
    return make_council()
