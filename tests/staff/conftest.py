"""A council of two departments, Alpha and Bravo."""

import pytest

from .council import make_council


@pytest.fixture
def council(db):
    return make_council()
