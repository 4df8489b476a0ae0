"""Packs of evidence: a sample anybody can draw again, with all that is behind it, and no more."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ims_wagtail.access import chain
from ims_wagtail.access.lesser import without
from ims_wagtail.access.models import AuditEntry, ReadEntry
from ims_wagtail.access.policy import scope_of
from ims_wagtail.backoffice.evidence import packing
from ims_wagtail.backoffice.evidence.asking import EvidenceRefused, ask_for_pack
from ims_wagtail.backoffice.evidence.gathering import LEFT_OUT, gather
from ims_wagtail.backoffice.evidence.models import LEASE, EvidenceFile, EvidencePack
from ims_wagtail.backoffice.evidence.packing import make_pack
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.models import Transaction
from tests.staff.council import make_council, make_many_payments
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read


pytestmark = pytest.mark.django_db

PACKS = ("ims_evidence.view_evidencepack", "ims_evidence.export_evidencepack")
ADD = "/admin/income/evidence/new/"


@pytest.fixture
def council(db):
    return make_council()


@pytest.fixture
def auditor(council):
    call_command("ims_roles")
    person = User.objects.create_user("audrey")
    person.groups.add(Group.objects.get(name="Auditor"))
    return person


def ask(by, **changes) -> EvidencePack:
    today = accounting_date()
    wish = {"wanted": 50, "since": today - timedelta(days=1), "until": today, "seed": 7}
    return ask_for_pack(by=by, **wish | changes)


def made(pack: EvidencePack) -> zipfile.ZipFile:
    make_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    assert pack.state == "ready"
    return zipfile.ZipFile(io.BytesIO(bytes(pack.file.content)))


def stories(archive: zipfile.ZipFile) -> list[dict]:
    names = [name for name in archive.namelist() if name.startswith("transactions/")]
    return [json.loads(archive.read(name)) for name in names]


def everything_in(archive: zipfile.ZipFile) -> str:
    return "".join(archive.read(name).decode() for name in archive.namelist())


def test_everything_behind_a_transaction_is_in_the_pack(council, auditor):
    alpha = council.alpha
    archive = made(ask(auditor, fund=alpha.fund))

    [told] = stories(archive)
    line = alpha.posting.lines.get()
    assert told["transaction"]["reference"] == line.reference
    assert told["posting"]["source"] == f"attempt:{alpha.attempt.pk}"
    assert told["orders"][0]["reference"] == alpha.order.reference
    attempt = told["orders"][0]["attempts"][0]
    assert attempt["reference"] == alpha.attempt.reference
    assert attempt["provider events"][0]["raw_state"] == "said failed"
    assert told["refunds"][0]["reference"] == alpha.refund.reference
    assert any("alpha refund" in event["details"] for event in told["story"])


def test_hashes_index_and_manifest_fit_the_files(council, auditor):
    pack = ask(auditor)
    archive = made(pack)

    sums = dict(
        reversed(row.split("  ")) for row in archive.read("SHA256SUMS").decode().splitlines()
    )
    assert sums.keys() == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["seed"], manifest["transactions there were"]) == (7, 2)
    assert chain.still_holds(manifest["head of the audit log"])
    rows = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))
    assert {row["reference"] for row in rows} == {
        council.alpha.posting.lines.get().reference,
        council.bravo.posting.lines.get().reference,
    }
    assert all(sums[row["file"]] == row["sha256"] for row in rows)
    assert hashlib.sha256(bytes(pack.file.content)).hexdigest() == pack.sha256


def test_the_same_seed_draws_the_same_transactions_and_everybody_can_check(council, auditor):
    make_many_payments(council.alpha.fund, council.method, number=60, prefix="many")

    def drawn(seed: int) -> list[str]:
        archive = made(ask(auditor, wanted=9, seed=seed))
        return [told["transaction"]["reference"] for told in stories(archive)]

    every = Transaction.objects.values_list("reference", flat=True)
    by_hand = sorted(every, key=lambda ref: hashlib.md5(f"7:{ref}".encode()).hexdigest())[:9]
    assert drawn(7) == drawn(7) == by_hand
    assert drawn(8) != by_hand


def test_personal_data_are_left_out_unless_asked_for(council, auditor):
    plain, full = made(ask(auditor)), made(ask(auditor, with_people=True))

    assert "payer" not in stories(plain)[0]["posting"]
    assert stories(plain)[0]["transaction"]["narrative"] == LEFT_OUT
    for words in ("alpha payer", "alpha@example.org", "alpha narrative", "alpha payee"):
        assert words not in everything_in(plain)
    payers = {told["posting"]["payer"]["name"] for told in stories(full)}
    assert payers == {"alpha payer", "bravo payer"}


def test_no_pack_holds_secrets(council, auditor):
    words = everything_in(made(ask(auditor, with_people=True)))

    for secret in (
        str(council.alpha.order.token),
        council.alpha.attempt.token_hash,
        str(council.alpha.order.basket_token),
    ):
        assert secret not in words


def test_nobody_gets_what_they_may_not_see(council):
    fund = council.alpha.fund
    clerk = make_person(*PACKS, "ims_ledger.view_transaction", funds=(fund,))

    with pytest.raises(EvidenceRefused, match="who paid"):
        ask(clerk, with_people=True)
    with pytest.raises(EvidenceRefused, match="these funds"):
        ask(clerk, fund=council.bravo.fund)
    with pytest.raises(EvidenceRefused):
        ask(make_person("ims_ledger.view_transaction", funds=(ALL_FUNDS,)))

    archive = made(ask(clerk))
    [told] = stories(archive)
    assert told["fund"] == str(fund)
    assert told["orders"] == told["refunds"] == told["audit log"] == []
    assert "bravo" not in everything_in(archive).lower()


def test_a_stand_in_has_fewer_rights_also_for_administrators(council, auditor):
    boss = User.objects.create_superuser("boss", password=None)
    for person in (boss, auditor):
        lesser = without(person, "ims_ledger.view_payerdetails")
        assert not scope_of(lesser, "ims_ledger.view_payerdetails")
        assert scope_of(lesser, "ims_ledger.view_transaction").every
        assert scope_of(person, "ims_ledger.view_payerdetails").every


def test_many_transactions_take_as_many_queries_as_one(council, auditor):
    make_many_payments(council.alpha.fund, council.method, number=20, prefix="many")
    every = list(Transaction.objects.order_by("pk").values_list("pk", flat=True))

    def questions(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            gather(transaction_ids=ids, reader=auditor, with_people=True)
        return len(asked)

    questions(every)  # what is asked once for a person
    assert questions(every[:2]) == questions(every)


def test_the_auditor_asks_watches_and_downloads_and_all_is_logged(council, auditor):
    client = logged_in(auditor)
    today = accounting_date().isoformat()

    wrong = client.post(ADD, {"wanted": "501", "since": today, "until": "2020-01-01"})
    assert wrong.status_code == 422
    asked = client.post(ADD, {"wanted": "5", "since": today, "until": today, "with_people": "on"})
    pack = EvidencePack.objects.get()
    assert "0 of 5 transactions gathered." in client.get(asked.url).content.decode()
    download = f"/admin/income/evidence/download/{pack.pk}/"
    assert client.get(download).status_code == 404

    make_pack(pack_id=pack.pk)
    assert read(client.get(asked.url)).facts["Transactions"] == "2, drawn from 2"
    response = client.get(download)
    assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None
    actions = list(AuditEntry.objects.filter(user=auditor).values_list("action", flat=True))
    assert actions == ["ask for evidence", "make evidence", "download evidence"]
    assert ReadEntry.objects.filter(user=auditor, what="file").count() == 1

    other = make_person(*PACKS, "ims_ledger.view_transaction", funds=(ALL_FUNDS,))
    assert logged_in(other).get(download).status_code == 404
    assert logged_in(other).get(asked.url).status_code in (302, 404)


def test_a_pack_that_fails_says_so(council, auditor, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("ims_wagtail.backoffice.evidence.packing.gather", fail)
    pack = ask(auditor)

    make_pack(pack_id=pack.pk)

    words = logged_in(auditor).get(f"/admin/income/evidence/inspect/{pack.pk}/").content.decode()
    assert "Something went wrong" in words


def test_a_pack_whose_worker_was_killed_says_so_and_is_made_by_the_next(
    council, auditor, monkeypatch
):
    pack = ask(auditor)
    client, url = logged_in(auditor), f"/admin/income/evidence/inspect/{pack.pk}/"
    later = timezone.now() + LEASE * 2

    class Killed(BaseException):
        """The process is gone."""

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(packing, "gather", Mock(side_effect=Killed))
        make_pack(pack_id=pack.pk)
    assert "Being made" in client.get(url).content.decode()
    make_pack(pack_id=pack.pk)
    pack.refresh_from_db()
    assert pack.state == "preparing", "the first may still be at work"

    with time_machine.travel(later, tick=False):
        assert "Stopped" in client.get(url).content.decode()
        assert "Stopped" in client.get("/admin/income/evidence/").content.decode()
        client.post(url, follow=True)
        archive = made(pack)
        assert "Ready" in client.get(url).content.decode()
        client.post(url)

    assert len(stories(archive)) == 2
    assert AuditEntry.objects.filter(action="make evidence again").count() == 1


def test_a_worker_that_was_given_up_writes_nothing(council, auditor, monkeypatch):
    pack = ask(auditor)

    def overtaken(**kwargs):
        EvidencePack.objects.filter(pk=pack.pk).update(lease=uuid4())
        return gather(**kwargs)

    monkeypatch.setattr(packing, "gather", overtaken)
    make_pack(pack_id=pack.pk)

    pack.refresh_from_db()
    assert (pack.state, pack.done) == ("preparing", 0)
    assert not EvidenceFile.objects.exists()
