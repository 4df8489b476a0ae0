"""Every staff list can be taken away as a file, by whoever has the permission for that list."""

import csv
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse
from wagtail.admin.viewsets import viewsets
from wagtail.permissions import policy_registry

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.roles import ROLES
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .people import every_income_permission, logged_in, make_person
from .screens import read


pytestmark = pytest.mark.django_db

get_resolver().url_patterns  # noqa: B018 - viewsets are registered as addresses are
LISTS = {
    viewset.name: viewset
    for viewset in viewsets.viewsets
    if isinstance(viewset, ScopedModelViewSet) and "index" in viewset.views
}


def address(name: str) -> str:
    return reverse(f"{LISTS[name].url_namespace}:index")


def permission_of(name: str) -> str:
    options = policy_registry.get_by_type(LISTS[name].model).auth_model._meta
    return f"{options.app_label}.export_{options.model_name}"


def file_of(response) -> list[list[str]]:
    assert response.status_code == 200
    assert response.streaming
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


@pytest.fixture
def everything(council):
    return logged_in(make_person(*every_income_permission(), funds=(council.alpha.fund,)))


def test_every_list_can_be_taken_away_as_it_is_shown(everything):
    assert len(LISTS) > 25
    for name in LISTS:
        shown = everything.get(address(name))
        heading, *rows = file_of(everything.get(f"{address(name)}?export=csv"))

        assert "Download CSV" in read(shown).links, name
        assert all(heading), name
        assert len(rows) == shown.context_data["items_count"], name
        assert all(len(row) == len(heading) for row in rows), name
        entry = AuditEntry.objects.latest("pk")
        assert entry.action == "export"
        assert entry.object_type == LISTS[name].model._meta.label


def test_the_file_holds_values_and_what_the_filters_leave(everything, council):
    payments = address("orders")
    heading, *rows = file_of(everything.get(f"{payments}?export=csv"))
    (row,) = [dict(zip(heading, row, strict=True)) for row in rows]
    _heading, *none = file_of(everything.get(f"{payments}?export=csv&reference=R1X"))
    wrong = file_of(everything.get(f"{payments}?export=csv&created_at_from=soon"))

    assert row["Total"] == "12.50"
    assert row["Created"].startswith("20")
    assert "T" in row["Created"]
    assert not none
    assert len(wrong) == 1


def test_seeing_a_list_is_not_leave_to_take_it_away(council):
    permissions = every_income_permission()
    sees = [name for name in permissions if ".export_" not in name]
    reader = logged_in(make_person(*sees, funds=(council.alpha.fund,)))
    entries = AuditEntry.objects.count()

    for name in LISTS:
        assert permission_of(name) in permissions, name
        assert reader.get(f"{address(name)}?export=csv").status_code == 302, name
        assert "Download CSV" not in read(reader.get(address(name))).links, name
    assert AuditEntry.objects.count() == entries


def test_the_permissions_are_there_and_finance_has_those_of_money(db):
    call_command("ims_roles", stdout=StringIO())

    for role in ROLES:
        takes = {name for name in role.permissions if ".export_" in name}
        if role.name.startswith("Finance") or role.name in ("Income manager", "Auditor"):
            assert {"ims_payments.export_order", "ims_corrections.export_correction"} <= takes
            assert "ims_accounts.export_accountholder" not in takes
        if role.name == "Cashier":
            assert not takes
