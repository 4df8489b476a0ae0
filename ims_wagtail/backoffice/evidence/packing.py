"""Making the ZIP file of a pack: a file for each transaction, an index, and hashes of all."""

import csv
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ims_wagtail.access import audit, chain
from ims_wagtail.access.export import cell
from ims_wagtail.access.lesser import without
from ims_wagtail.access.policy import Scope, scope_of

from .gathering import gather
from .models import LEASE, EvidenceFile, EvidencePack, PackState
from .sampling import RULE, population, sample


logger = logging.getLogger(__name__)

MAKE = "ims_evidence.export_evidencepack"
#: What a person needs to have personal data in a pack; without it, or unless they ask, none are.
PEOPLE = ("ims_ledger.view_payerdetails", "ims_payments.view_refundpayee")
_CHUNK = 25

_README = """Evidence from the income book.

transactions/   a file for each transaction: its posting, what corrects it, its order, attempts and
                what the provider said, refunds, approvals, the row of the file it came in, what
                staff did to any of these with before and after, and its story in words
index.csv       the transactions, one row each
manifest.json   what was asked for, how the sample was drawn, and the head of the audit log
SHA256SUMS      check with: sha256sum -c SHA256SUMS

Draw the sample again: of all transactions of the period and funds take the smallest values of the
MD5 of the seed, a colon and the transaction reference.
"""


def scope_of_packs(user: Any) -> Scope:
    """Return the funds of which a person may make packs."""
    return scope_of(user, MAKE) & scope_of(user, "ims_ledger.view_transaction")


class LeaseLost(Exception):
    """Another worker has the pack, because nothing was heard of this one for too long."""


def make_pack(*, pack_id: int) -> None:
    """Make the file of a pack that was asked for; what goes wrong is logged and shown.

    Nothing happens when it is made, or another worker makes it and is still heard of.
    """
    lease = _claim(pack_id)
    if lease is None:
        return
    pack = EvidencePack.objects.select_related("requested_by", "fund").get(pk=pack_id)
    try:
        _make(pack)
    except LeaseLost:
        logger.warning("another worker has evidence pack %s", pack)
    except Exception:  # whatever it is, the person who waits has to be told
        logger.exception("evidence pack %s was not made", pack)
        _held(pack).update(state=PackState.FAILED)


def _claim(pack_id: int) -> UUID | None:
    now, lease = timezone.now(), uuid4()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    packs = EvidencePack.objects.filter(free, pk=pack_id, state=PackState.PREPARING)
    return lease if packs.update(lease=lease, leased_until=now + LEASE, done=0) else None


def _held(pack: EvidencePack) -> QuerySet[EvidencePack]:
    return EvidencePack.objects.filter(pk=pack.pk, lease=pack.lease, state=PackState.PREPARING)


def _renew(pack: EvidencePack, **progress: int) -> None:
    if not _held(pack).update(leased_until=timezone.now() + LEASE, **progress):
        raise LeaseLost(pack.pk)


def _make(pack: EvidencePack) -> None:
    person = pack.requested_by
    scope = scope_of_packs(person)
    reader = person if pack.with_people else without(person, *PEOPLE)
    drawn = sample(pack, scope)
    pack.found = population(pack, scope).count()
    _renew(pack, found=pack.found)
    gathered: list[dict[str, Any]] = []
    for start in range(0, len(drawn), _CHUNK):
        gathered += gather(
            transaction_ids=drawn[start : start + _CHUNK],
            reader=reader,
            with_people=pack.with_people,
        )
        _renew(pack, done=len(gathered))
    content = _zip(_files(pack, gathered))
    with transaction.atomic():
        pack.done, pack.sha256 = len(gathered), hashlib.sha256(content).hexdigest()
        made = {"done": pack.done, "sha256": pack.sha256, "ready_at": timezone.now()}
        if not _held(pack).update(state=PackState.READY, **made):
            raise LeaseLost(pack.pk)
        EvidenceFile.objects.create(pack=pack, content=content)
        audit.record(
            user=person,
            action="make evidence",
            obj=pack,
            fund=pack.fund,
            after={"sha256": pack.sha256, "transactions": pack.done},
        )


def _files(pack: EvidencePack, gathered: list[dict[str, Any]]) -> dict[str, bytes]:
    files = {"README.txt": _README.encode()}
    for told in gathered:
        files[_name(told)] = _json(told)
    files["index.csv"] = _index(gathered, files)
    files["manifest.json"] = _json(_manifest(pack, files))
    sums = "".join(f"{_sha256(content)}  {name}\n" for name, content in files.items())
    files["SHA256SUMS"] = sums.encode()
    return files


def _manifest(pack: EvidencePack, files: Mapping[str, bytes]) -> dict[str, Any]:
    chain.seal()
    head = chain.head()
    return {
        "pack": str(pack),
        "asked for by": pack.requested_by.get_username(),
        "asked for at": pack.requested_at.isoformat(),
        "made at": timezone.now().isoformat(),
        "accounting dates": [pack.since.isoformat(), pack.until.isoformat()],
        "fund": str(pack.fund) if pack.fund else "every fund the person works in",
        "transactions there were": pack.found,
        "transactions wanted": pack.wanted,
        "seed": pack.seed,
        "sample": RULE,
        "personal data": pack.with_people,
        "head of the audit log": str(head) if head else None,
        "SHA-256": {name: _sha256(content) for name, content in files.items()},
    }


def _index(gathered: list[dict[str, Any]], files: Mapping[str, bytes]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    columns = ("reference", "receipt_number", "accounting_date", "account_reference")
    writer.writerow([*columns, "amount", "kind", "fund", "file", "sha256"])
    for told in gathered:
        name, line = _name(told), told["transaction"]
        writer.writerow(
            [
                *(cell(line[column]) for column in columns),
                line["amount"],  # text that is a number: its minus is no formula
                told["posting"]["kind"],
                cell(told["fund"]),
                name,
                _sha256(files[name]),
            ]
        )
    return text.getvalue().encode()


def _name(told: Mapping[str, Any]) -> str:
    return f"transactions/{told['transaction']['reference']}.json"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
