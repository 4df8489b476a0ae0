"""The auditor sees everything and changes nothing, wherever they knock."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection

from ims_wagtail.access.models import AuditEntry, AuditLink, ReadEntry, SavedList, UnsealedEntry

from .addresses import our_addresses
from .people import logged_in
from .screens import read
from .test_wrong_fund_walk import ROW_OF


pytestmark = pytest.mark.django_db

#: What an auditor's own work leaves: logs about them, their own lists, and packs of evidence.
OWN = {AuditEntry, AuditLink, ReadEntry, SavedList, UnsealedEntry}
OWN_ADDRESSES = {"ims_save_list", "ims_remove_list", "ims_evidence:add"}


@pytest.fixture
def auditor(council):
    call_command("ims_roles")
    person = User.objects.create_user("audrey")
    person.groups.add(Group.objects.get(name="Auditor"))
    return logged_in(person)


def everything() -> dict[str, str]:
    """A fingerprint of every table of ours, and of people and groups."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            ours = model._meta.app_label.startswith("ims_") or model in (User, Group)
            if ours and model._meta.managed and model not in OWN:
                table = model._meta.db_table
                cursor.execute(
                    f"SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {table} t"
                )
                found[model._meta.label] = cursor.fetchone()[0]
    return found


def key_of(address, council):
    row = getattr(council.alpha, ROW_OF.get(address.model, ""), None)
    row = row or (address.model and address.model.objects.first())
    return row.pk if row else 1


def test_whatever_an_auditor_posts_nothing_changes(auditor, council):
    typed = {
        "fund": council.alpha.fund.pk,
        "code": "ZZ",
        "name": "New",
        "reason": "Because",
        "note": "Because",
        "explanation": "Because",
        "decision": "approve",
        "take_over": "1",
        "month": "2026-01-01",
        "enabled": "on",
    }
    before = everything()

    posted = 0
    for address in our_addresses():
        if address.name in OWN_ADDRESSES:
            continue
        auditor.post(address.url(key_of(address, council)), typed)
        posted += 1

    assert posted > 100
    assert {name for name, now in everything().items() if now != before[name]} == set()


def test_an_auditor_sees_all_funds_the_audit_log_and_who_looked(auditor, council):
    for path in ("transactions", "orders", "audit", "looks", "approvals", "closed-months"):
        words = auditor.get(f"/admin/income/{path}/")
        assert words.status_code == 200, path
    for department in (council.alpha, council.bravo):
        page = read(auditor.get(f"/admin/income/postings/inspect/{department.posting.pk}/"))
        assert page.facts["Name"] == f"{department.word} payer"
        entry = auditor.get(f"/admin/income/audit/inspect/{department.audit_entry.pk}/")
        assert entry.status_code == 200
