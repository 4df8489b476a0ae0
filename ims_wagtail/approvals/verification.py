"""Proofs that two people decided what takes two people; run by ``ims_verify``."""

from ims_wagtail.ledger.verification import add_proof


#: Triggers without which the rules would be mere custom.
TRIGGERS = ("ims_approval_moves_forward", "ims_approval_has_funds", "ims_approval_funds_stay")


def add_proofs() -> None:
    """Add this room's proofs; called once when Django starts."""
    add_proof(
        "the triggers of approvals are in force",
        f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
        " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))",
    )
    add_proof(
        "nobody decided about what they asked for",
        """
        SELECT subject, state FROM ims_approvals_approval WHERE decided_by_id = requested_by_id
        """,
    )
    add_proof(
        "what was approved or rejected says by whom and when",
        """
        SELECT subject, state FROM ims_approvals_approval
        WHERE (state IN ('approved', 'rejected')) <> (decided_by_id IS NOT NULL)
           OR (state = 'waiting') <> (decided_at IS NULL)
        """,
    )
    add_proof(
        "a subject is asked for once at a time and approved once",
        """
        SELECT subject, count(*) FROM ims_approvals_approval
        WHERE state IN ('waiting', 'approved', 'not_needed')
        GROUP BY subject HAVING count(*) > 1
        """,
    )
    add_proof(
        "every request says which funds it is about",
        """
        SELECT subject FROM ims_approvals_approval a
        WHERE NOT EXISTS (SELECT FROM ims_approvals_approvalfund f WHERE f.approval_id = a.id)
        """,
    )
