"""An empty book of a council."""

import pytest

from .book import make_book


@pytest.fixture
def book(db):
    return make_book()
