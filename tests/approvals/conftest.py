"""A kind of request for tests, and two funds to ask about."""

import pytest

from ims_wagtail.access import duties, review
from ims_wagtail.approvals import kinds
from tests.factories import make_fund

from .asking import APPROVE, ASK, Trial


@pytest.fixture
def trial(monkeypatch):
    """A kind of request that writes down what it was told."""
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(duties, "DUTIES", [*duties.DUTIES])
    for permission in (ASK, APPROVE):
        # In place: screens know the table itself. What registering writes is undone afterwards.
        monkeypatch.setitem(duties.TASKS, permission, duties.TASKS.get(permission, ""))
    monkeypatch.setattr(review, "TRACES", {})
    trial = Trial()
    kinds.register(trial.kind)
    return trial


@pytest.fixture
def fund(db):
    return make_fund("AA")


@pytest.fixture
def other_fund(db):
    return make_fund("BB")
