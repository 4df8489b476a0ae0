"""The record of what staff changed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from ims_wagtail.access import audit
from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import Fund
from tests.factories import make_fund, make_rule, make_stop_message
from tests.staff.people import logged_in, make_person


pytestmark = pytest.mark.django_db

STOPS = tuple(f"ims_accounts.{verb}_stopmessage" for verb in ("view", "add", "change", "delete"))


@pytest.fixture
def fund():
    return make_fund("05", name="Council tax", reference_rule=make_rule("Nine digits"))


@pytest.fixture
def clerk(fund):
    return make_person(*STOPS, funds=(fund,), name="carol")


def typed(fund, **changes):
    return {
        "fund": fund.pk,
        "code": "63",
        "staff_effect": "block",
        "staff_text": "Court",
        "public_effect": "none",
        "public_text": "",
    } | changes


def test_adding_changing_and_deleting_leave_before_and_after(clerk, fund):
    client = logged_in(clerk)

    client.post("/admin/income/stop-messages/new/", typed(fund))
    stop = StopMessage.objects.get()
    client.post(f"/admin/income/stop-messages/edit/{stop.pk}/", typed(fund, staff_text="Bailiff"))
    client.post(f"/admin/income/stop-messages/delete/{stop.pk}/")

    created, changed, deleted = AuditEntry.objects.order_by("pk")
    assert [e.action for e in (created, changed, deleted)] == ["create", "change", "delete"]
    assert {e.user_name for e in (created, changed, deleted)} == {"carol"}
    assert {e.fund for e in (created, changed, deleted)} == {fund}
    assert {e.object_id for e in (created, changed, deleted)} == {str(stop.pk)}
    assert created.after["fund"] == "05 Council tax"
    assert audit.changes(changed.before, changed.after) == [("staff_text", "Court", "Bailiff")]
    assert deleted.before["staff_text"] == "Bailiff"
    assert not StopMessage.objects.exists()


@pytest.mark.saves_as_it_was
def test_saving_without_a_change_writes_nothing(clerk, fund):
    stop = make_stop_message(fund=fund, staff_text="Court", public_effect="none")

    response = logged_in(clerk).post(f"/admin/income/stop-messages/edit/{stop.pk}/", typed(fund))

    assert response.status_code == 302
    assert not AuditEntry.objects.exists()


def test_what_stands_in_the_log_can_be_neither_changed_nor_removed(fund):
    entry = audit.record(user=None, action="change", obj=fund, fund=fund)

    for spoil in (
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="nothing"),
        entry.delete,
    ):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            spoil()
    assert AuditEntry.objects.get().action == "change"


def test_money_is_kept_as_written_never_as_a_float(fund):
    fund.maximum_amount = Decimal("1234.50")

    assert audit.snapshot(fund)["maximum_amount"] == "1234.50"
    assert audit.snapshot(fund)["reference_rule"] == "Nine digits"


def test_whole_kinds_can_be_named(fund):
    entry = audit.record(user=None, action="export", obj=Fund, after={"from": date(2026, 4, 1)})

    entry.refresh_from_db()
    assert (entry.object_type, entry.object_id) == ("ims_funds.Fund", "")
    assert entry.after == {"from": "2026-04-01"}
