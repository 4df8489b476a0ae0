"""Proofs that refunds, what is held for them and the book tell the same story."""

from ims_wagtail.ledger.verification import add_proof
from ims_wagtail.payments.enums import REFUND_IN_FLIGHT, RefundState


_IN_FLIGHT = ", ".join(f"'{state}'" for state in REFUND_IN_FLIGHT)
_MADE = f"'{RefundState.SUCCEEDED}', '{RefundState.RETURNED}'"


def add_proofs() -> None:
    """Add the proofs of refunds; called once when Django starts."""
    add_proof(
        "a refund under way is held line by line, one that is over holds nothing",
        f"""
        SELECT coalesce('refund:' || l.refund_id, h.source), l.amount, h.amount
        FROM (SELECT i.refund_id, i.transaction_id, i.amount FROM ims_payments_refundline i
              JOIN ims_payments_refund r ON r.id = i.refund_id
              WHERE r.state IN ({_IN_FLIGHT})) l
        FULL JOIN (SELECT * FROM ims_ledger_hold WHERE source LIKE 'refund:%') h
            ON h.source = 'refund:' || l.refund_id AND h.transaction_id = l.transaction_id
        WHERE l.amount IS DISTINCT FROM h.amount
        """,  # noqa: S608
    )
    add_proof(
        "a refund's lines sum to its amount; to no more when it was made at the provider",
        """
        SELECT r.reference, r.amount, sum(l.amount) FROM ims_payments_refund r
        LEFT JOIN ims_payments_refundline l ON l.refund_id = r.id
        GROUP BY r.id
        HAVING (r.route <> 'provider' AND r.amount IS DISTINCT FROM sum(l.amount))
            OR coalesce(sum(l.amount), 0) > r.amount
        """,
    )
    add_proof(
        "a refund that was made has its posting of minus its amount, no other has one",
        f"""
        SELECT r.reference, r.state, r.amount, p.total FROM ims_payments_refund r
        LEFT JOIN ims_ledger_posting p ON p.source = 'refund:' || r.id
        WHERE (r.state IN ({_MADE}) AND p.total IS DISTINCT FROM -r.amount)
           OR (r.state NOT IN ({_MADE}) AND p.id IS NOT NULL)
        """,  # noqa: S608
    )
    add_proof(
        "a refund that was returned is reversed in the book, no other is",
        """
        SELECT r.reference, r.state FROM ims_payments_refund r
        JOIN ims_ledger_posting p ON p.source = 'refund:' || r.id
        LEFT JOIN ims_ledger_posting back ON back.reverses_id = p.id
        WHERE (r.state = 'returned') <> (back.id IS NOT NULL)
        """,
    )
    add_proof(
        "a posting that names a refund names one that exists",
        """
        SELECT p.source FROM ims_ledger_posting p
        LEFT JOIN ims_payments_refund r ON r.id::text = split_part(p.source, ':', 2)
        WHERE p.source LIKE 'refund:%' AND r.id IS NULL
        """,
    )
