"""The audit log is a chain: whoever changes, removes or cuts off an entry is found out."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ims_wagtail.access import audit, chain
from ims_wagtail.access.models import AuditEntry, AuditLink, UnsealedEntry
from ims_wagtail.funds.models import Fund
from tests.factories import make_fund


pytestmark = pytest.mark.django_db


@pytest.fixture
def log(db):
    """Five sealed entries, with what JSON and hashing could stumble over."""
    fund = make_fund()
    for number in range(5):
        audit.record(
            user=None,
            action="change",
            obj=fund,
            fund=fund if number % 2 else None,
            before={"name": "Tŷ “A”", "b": None, "longer": [1, "2", True]},
            after={"name": f"new\n{number}", "amount": "1.10"},
        )
    assert chain.seal() == 5
    return list(AuditEntry.objects.order_by("pk"))


def past_the_triggers(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def verify(*kept: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("ims_verify", kept=list(kept), stdout=out, no_color=True)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def jsonb(value: object) -> object:
    """Put the keys of every object in the order in which PostgreSQL writes them."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: jsonb(value[key]) for key in keys}
    return [jsonb(item) for item in value] if isinstance(value, list) else value


def test_anybody_can_work_out_the_hashes_elsewhere(log):
    before = "0" * 64
    for link in AuditLink.objects.select_related("entry").order_by("position"):
        entry = link.entry
        content = [
            before,
            entry.pk,
            entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            entry.user_id,
            entry.user_name,
            entry.action,
            entry.object_type,
            entry.object_id,
            entry.fund_id,
            jsonb(entry.before),
            jsonb(entry.after),
        ]
        line = json.dumps(content, ensure_ascii=False)
        assert link.previous == before
        assert link.hash == hashlib.sha256(line.encode()).hexdigest()
        before = link.hash


def test_verify_prints_the_head_and_recognises_it_later(log):
    code, said = verify()
    assert code == 0
    kept = said.split("audit log: ")[1].strip()
    assert kept.startswith("5:")

    audit.record(user=None, action="change", obj=Fund)
    code, said = verify(kept)

    assert code == 0
    assert f"holds   the audit log goes on from {kept}" in said
    assert "audit log: 6:" in said


@pytest.mark.parametrize(
    ("statement", "link", "told"),
    [
        ("UPDATE ims_access_auditentry SET action = 'x' WHERE id = {2}", 3, "was changed"),
        ("""UPDATE ims_access_auditentry SET after = '{{}}' WHERE id = {0}""", 1, "was changed"),
        ("UPDATE ims_access_auditentry SET at = at + interval '1 s' WHERE id = {4}", 5, "changed"),
        ("DELETE FROM ims_access_auditentry WHERE id = {1}", 2, "the entry is gone"),
        ("DELETE FROM ims_access_auditlink WHERE entry_id = {1}", 3, "what stood before"),
        (
            "UPDATE ims_access_auditlink SET hash = repeat('a', 64) WHERE entry_id = {3}",
            4,
            "was changed",
        ),
    ],
)
def test_the_first_entry_that_breaks_is_named(log, statement, link, told):
    past_the_triggers(statement.format(*(entry.pk for entry in log)))

    code, said = verify()

    assert code == 1
    broken = said.split("BROKEN  nothing in the audit log was changed or removed\n")[1]
    first = broken.splitlines()[0]
    assert f"link {link} " in first
    assert told in first


def test_a_tail_that_was_cut_off_is_seen_by_who_kept_a_head(log):
    kept = str(chain.head())
    past_the_triggers(
        f"DELETE FROM ims_access_auditlink WHERE entry_id = {log[-1].pk};"
        f"DELETE FROM ims_access_auditentry WHERE id = {log[-1].pk}"
    )

    assert verify()[0] == 0
    code, said = verify(kept)
    assert code == 1
    assert f"BROKEN  the audit log goes on from {kept}" in said


def test_an_entry_that_was_smuggled_in_has_no_link(log):
    past_the_triggers(
        "INSERT INTO ims_access_auditentry (at, user_name, action, object_type, object_id, before,"
        " after) VALUES (now(), '', 'change', 'x', '', '{}', '{}')"
    )

    code, said = verify()

    assert code == 1
    assert "BROKEN  every audit entry has its link" in said


def test_links_and_triggers_stay(log):
    for spoil in (AuditLink.objects.all().delete, lambda: AuditLink.objects.update(hash="x")):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            spoil()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ims_access_auditentry DISABLE TRIGGER ims_audit_waits")

    assert "BROKEN  the triggers of the audit log are in force" in verify()[1]


def test_what_is_no_head_is_refused():
    with pytest.raises(CommandError, match="no head"):
        call_command("ims_verify", kept=["yesterday"])


@pytest.mark.django_db(transaction=True)
def test_twenty_people_at_once_make_one_chain():
    def work(number: int) -> None:
        try:
            for turn in range(10):
                with transaction.atomic():
                    audit.record(user=None, action=f"change {number}.{turn}", obj=Fund)
                    audit.record(user=None, action=f"again {number}.{turn}", obj=Fund)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))

    links = list(AuditLink.objects.order_by("position"))
    assert [link.position for link in links] == list(range(1, 401))
    assert all(one.hash == two.previous for one, two in pairwise(links))
    assert not UnsealedEntry.objects.exists()
    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_leaves_no_trace_in_the_chain():
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(user=None, action="change", obj=Fund)
        raise RuntimeError
    audit.record(user=None, action="change", obj=Fund)

    assert AuditEntry.objects.count() == AuditLink.objects.count() == 1
