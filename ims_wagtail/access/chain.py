"""The chain of hashes over the audit log: whoever changes or removes an entry breaks it.

Each link holds the SHA-256 of its entry together with the hash before it. Links are made right
after the transaction that wrote the entries, in one of their own: nobody's change ever waits for
another's. What is cut off at the end can only be seen by somebody who kept a head elsewhere.
"""

import logging
from dataclasses import dataclass

from django.db import DatabaseError, connection

from .models import AuditLink


logger = logging.getLogger(__name__)

#: Triggers without which the log would be mere custom.
TRIGGERS = (
    "ims_audit_insert_only",
    "ims_audit_links_stay",
    "ims_audit_waits",
    "ims_reads_insert_only",
)

TRIGGERS_IN_FORCE = (
    f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
    " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))"
)

#: The first link that does not fit: to its entry, or to the link before it.
FIRST_BREAK = """
SELECT 'audit entry ' || entry_id, 'link ' || position,
       CASE WHEN found IS NULL THEN 'the entry is gone'
            WHEN now_hash <> hash THEN 'the entry or its link was changed'
            ELSE 'what stood before it is gone or was changed' END
FROM (
    SELECT l.position, l.entry_id, l.previous, l.hash, e.id AS found,
           CASE WHEN e.id IS NOT NULL THEN ims_audit_hash(l.previous, e) END AS now_hash,
           lag(l.position, 1, 0::bigint) OVER (ORDER BY l.position) AS position_before,
           lag(l.hash::text, 1, repeat('0', 64)) OVER (ORDER BY l.position) AS hash_before
    FROM ims_access_auditlink l LEFT JOIN ims_access_auditentry e ON e.id = l.entry_id
) chain
WHERE found IS NULL OR now_hash <> hash OR previous <> hash_before
   OR position <> position_before + 1
ORDER BY position LIMIT 1
"""

UNCHAINED = """
SELECT 'audit entry ' || e.id FROM ims_access_auditentry e
WHERE NOT EXISTS (SELECT FROM ims_access_auditlink l WHERE l.entry_id = e.id)
  AND NOT EXISTS (SELECT FROM ims_access_unsealedentry u WHERE u.entry_id = e.id)
ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Head:
    """How many links there are, and the hash of the last; to be kept outside the database."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


def seal() -> int:
    """Link every entry that waits, the oldest first; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ims_seal_audit()")
        return cursor.fetchone()[0]


def seal_soon() -> None:
    """Link what waits, after a commit. Not to be done is no harm: the next call does it."""
    try:
        seal()
    except DatabaseError:
        logger.exception("audit entries wait for their links")


def head() -> Head | None:
    """Return the last link; None while nothing was ever written."""
    last = AuditLink.objects.order_by("-position").first()
    return Head(last.position, last.hash) if last else None


def still_holds(kept: str) -> bool:
    """Say whether a head that was kept elsewhere is still part of the chain.

    Raises ``ValueError`` for what is no head, ``NUMBER:HASH``.
    """
    position, colon, digest = kept.strip().partition(":")
    if not (colon and position.isdecimal() and len(digest) == 64):
        raise ValueError(kept)
    return AuditLink.objects.filter(position=int(position), hash=digest.lower()).exists()
