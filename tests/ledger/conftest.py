"""A fund and a method of payment to write lines for."""

import pytest

from tests.factories import make_fund, make_method


@pytest.fixture
def fund(db):
    return make_fund()


@pytest.fixture
def method(db):
    return make_method()
