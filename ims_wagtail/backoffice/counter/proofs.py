"""Proofs that tills, receipts and the book tell the same; run by ``ims_verify``."""

from ims_wagtail.ledger.verification import add_proof


def add_proofs() -> None:
    """Add the counter's proofs; called once when Django starts."""
    add_proof(
        "each order that staff received says how, and its parts come to its lines in the book",
        """
        SELECT o.reference FROM ims_payments_order o
        LEFT JOIN ims_backoffice_counterreceipt r ON r.order_id = o.id
        WHERE o.account_id IS NULL AND (r.order_id IS NULL OR EXISTS (
            SELECT FROM ims_backoffice_tender t
            WHERE t.receipt_id = r.order_id AND t.amount IS DISTINCT FROM (
                SELECT sum(l.amount) FROM ims_ledger_transaction l
                WHERE l.posting_id = r.posting_id AND l.method_id = t.method_id
                  AND l.line_number BETWEEN t.first_line AND t.last_line)))
        """,
    )
    add_proof(
        "what was expected at a cash-up is what the book holds of the session, and its float",
        """
        SELECT s.id, t.method_id, t.expected FROM ims_backoffice_cashiersession s
        JOIN ims_backoffice_sessiontotal t ON t.session_id = s.id
        JOIN ims_funds_methodofpayment m ON m.id = t.method_id
        WHERE t.expected <> CASE m.kind WHEN 'cash' THEN s.opening_float ELSE 0 END + coalesce((
            SELECT sum(l.amount) FROM ims_ledger_transaction l
            JOIN ims_backoffice_counterreceipt r ON r.posting_id = l.posting_id
            LEFT JOIN ims_backoffice_voidedreceipt v ON v.receipt_id = r.order_id
            WHERE r.session_id = s.id AND v.session_id IS NULL AND l.method_id = t.method_id), 0)
        """,
    )
    add_proof(
        "what is void was reversed whole, by a posting of its own",
        """
        SELECT o.reference, p.source FROM ims_backoffice_voidedreceipt v
        JOIN ims_backoffice_counterreceipt r ON r.order_id = v.receipt_id
        JOIN ims_ledger_posting p ON p.id = v.posting_id
        FULL JOIN (SELECT * FROM ims_payments_order WHERE state = 'voided') o
            ON o.id = v.receipt_id
        WHERE o.id IS NULL OR v.receipt_id IS NULL OR p.reverses_id IS DISTINCT FROM r.posting_id
           OR p.source <> 'order:' || o.id || ':void'
        """,
    )
    add_proof(
        "a returned cheque is taken back in full",
        """
        SELECT c.tender_id, t.amount, p.total FROM ims_backoffice_returnedcheque c
        JOIN ims_backoffice_tender t ON t.id = c.tender_id
        JOIN ims_ledger_posting p ON p.id = c.posting_id
        WHERE p.total <> -t.amount OR p.source <> 'tender:' || t.id || ':returned'
        """,
    )
