"""Proofs that orders, attempts and the book tell the same story; run by ``ims_verify``."""

from ims_wagtail.ledger.verification import add_proof


def add_proofs() -> None:
    """Add this room's proofs; called once when Django starts."""
    add_proof(
        "an attempt that took money has its posting, of its amount unless it is a mismatch",
        """
        SELECT a.reference, a.state FROM ims_payments_attempt a
        LEFT JOIN ims_ledger_posting p ON p.source = 'attempt:' || a.id
        WHERE (a.state IN ('paid', 'capture_failed') AND p.id IS NOT NULL
               AND p.total <> a.amount + a.surcharge
               AND NOT EXISTS (SELECT FROM ims_payments_providerevent e
                   WHERE e.attempt_id = a.id
                     AND (e.detail->>'amount')::numeric
                         + coalesce((e.detail->>'surcharge')::numeric, 0) = p.total))
           OR (a.state IN ('paid', 'capture_failed', 'mismatch') AND p.id IS NULL
               AND NOT EXISTS (SELECT FROM ims_payments_providerevent e
                   WHERE e.attempt_id = a.id AND a.state <> 'paid'
                     AND (e.detail->>'currency' <> 'GBP' OR (e.detail->>'amount')::numeric <= 0)))
        """,
    )
    add_proof(
        "an attempt that took no money has no posting",
        """
        SELECT a.reference, a.state FROM ims_payments_attempt a
        JOIN ims_ledger_posting p ON p.source = 'attempt:' || a.id
        WHERE a.state NOT IN ('paid', 'capture_failed', 'mismatch')
        """,
    )
    add_proof(
        "an attempt whose capture failed is taken back in the book",
        """
        SELECT a.reference FROM ims_payments_attempt a
        JOIN ims_ledger_posting p ON p.source = 'attempt:' || a.id
        LEFT JOIN ims_ledger_posting r ON r.source = p.source || ':capture_failed'
        WHERE a.state = 'capture_failed' AND r.total IS DISTINCT FROM -p.total
        """,
    )
    add_proof(
        "an order is paid exactly when an attempt paid it and was not taken back",
        """
        SELECT o.reference, o.state FROM ims_payments_order o
        LEFT JOIN LATERAL (
            SELECT bool_or(a.state = 'paid') AS paid,
                   bool_or(a.state = 'capture_failed') AS taken_back
            FROM ims_payments_attempt a WHERE a.order_id = o.id) made ON true
        WHERE o.account_id IS NOT NULL AND ((o.state = 'paid' AND made.paid IS NOT TRUE)
           OR (o.state = 'unpaid' AND made.paid)
           OR (o.state = 'reversed' AND made.taken_back IS NOT TRUE))
        """,
    )
    add_proof(
        "what staff received for an order is posted once, in full",
        """
        SELECT o.reference, o.total, p.total FROM ims_payments_order o
        LEFT JOIN ims_ledger_posting p ON p.source = 'order:' || o.id
        WHERE o.account_id IS NULL
          AND (p.total IS DISTINCT FROM o.total OR p.kind <> 'staff_receipt')
        """,
    )
    add_proof(
        "an order's lines sum to its total",
        """
        SELECT o.reference, o.total, sum(l.amount) FROM ims_payments_order o
        LEFT JOIN ims_payments_orderline l ON l.order_id = o.id
        GROUP BY o.id HAVING o.total IS DISTINCT FROM sum(l.amount)
        """,
    )
    add_proof(
        "a posting that names an attempt names one that exists",
        """
        SELECT p.source FROM ims_ledger_posting p
        LEFT JOIN ims_payments_attempt a ON a.id = split_part(p.source, ':', 2)::bigint
        WHERE p.source LIKE 'attempt:%' AND a.id IS NULL
        """,
    )
