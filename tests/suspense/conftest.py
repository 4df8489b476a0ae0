"""A council, somebody who may allocate alone, and two who need each other."""

import pytest

from .making import make_approver, make_council, make_matcher


@pytest.fixture
def council(db):
    return make_council()


@pytest.fixture
def alone(council):
    """Somebody who may allocate up to £1,000.00 alone."""
    return make_matcher(alone="1000.00", name="alone")


@pytest.fixture
def asker(council):
    return make_matcher(name="ada")


@pytest.fixture
def approver(council):
    return make_approver(name="bea")
