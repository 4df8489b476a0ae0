"""The check that staff changes leave a trace finds one that doesn't, and no other."""

import pytest

from tests.auditing import watched_changes

from .people import logged_in, make_person


pytestmark = pytest.mark.django_db

NEW_STOP = {
    "code": "ZZ",
    "staff_effect": "none",
    "staff_text": "Text",
    "public_effect": "none",
    "public_text": "",
}


@pytest.fixture(autouse=True)
def _staff_changes_leave_a_trace():
    """Let this module's requests be silent: that is what it looks for."""


@pytest.fixture
def clerk(council):
    stops = [f"ims_accounts.{verb}_stopmessage" for verb in ("view", "add", "change")]
    return logged_in(make_person(*stops, funds=(council.alpha.fund,)))


def test_a_change_without_an_entry_is_found(council, clerk, monkeypatch):
    monkeypatch.setattr("ims_wagtail.access.views.audit.record", lambda **facts: None)

    with watched_changes() as silent:
        clerk.post("/admin/income/stop-messages/new/", NEW_STOP | {"fund": council.alpha.fund.pk})

    [found] = silent
    assert "POST /admin/income/stop-messages/new/" in found
    assert "ims_accounts_stopmessage" in found


def test_neither_an_audited_change_nor_a_refused_one_nor_a_look_is(council, clerk):
    with watched_changes() as silent:
        clerk.post("/admin/income/stop-messages/new/", NEW_STOP | {"fund": council.alpha.fund.pk})
        clerk.post("/admin/income/stop-messages/new/", NEW_STOP | {"fund": council.bravo.fund.pk})
        clerk.get("/admin/income/stop-messages/")

    assert silent == []
