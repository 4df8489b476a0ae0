"""A council of two departments, Alpha and Bravo."""

from collections.abc import Iterator

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
