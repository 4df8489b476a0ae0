"""Proofs that items, allocations, what is held for them and the book tell the same story."""

from ims_wagtail.ledger.verification import add_proof


#: Triggers without which the rules would be mere custom.
TRIGGERS = (
    "ims_allocation_balances",
    "ims_allocation_gives_balance",
    "ims_allocation_gives_stay",
    "ims_allocation_moves_forward",
    "ims_allocation_takes_balance",
    "ims_allocation_takes_stay",
    "ims_fund_becomes_suspense",
    "ims_suspense_items",
    "ims_suspense_items_stay",
    "ims_suspense_notes_stay",
)


def add_proofs() -> None:
    """Add the proofs of suspense; called once when Django starts."""
    add_proof(
        "the triggers of suspense are in force",
        f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
        " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))",
    )
    add_proof(
        "every line in suspense that corrects nothing has its item, and every item its line",
        """
        SELECT coalesce(t.reference, 'item ' || i.id), t.amount, i.amount
        FROM (SELECT l.* FROM ims_ledger_transaction l JOIN ims_funds_fund f ON f.id = l.fund_id
              WHERE f.is_suspense AND l.corrects_id IS NULL) t
        FULL JOIN ims_suspense_suspenseitem i ON i.transaction_id = t.id
        WHERE i.id IS NULL
           OR t.id IS NULL AND NOT EXISTS (SELECT FROM ims_ledger_transaction o
               WHERE o.id = i.transaction_id AND o.corrects_id IS NULL AND o.amount = i.amount
                 AND o.fund_id = i.fund_id AND o.entered_at = i.received_at)
           OR (t.amount, t.fund_id, t.entered_at) <> (i.amount, i.fund_id, i.received_at)
        """,
    )
    add_proof(
        "an item is cleared when the book has nothing left of it, and not before",
        """
        SELECT 'item ' || i.id, i.amount, i.cleared FROM ims_suspense_suspenseitem i
        WHERE i.cleared <> (i.amount + coalesce((SELECT sum(c.amount) FROM ims_ledger_transaction c
                                                 WHERE c.corrects_id = i.transaction_id), 0) = 0)
        """,
    )
    add_proof(
        "an allocation that waits is held item by item, one that is over holds nothing",
        """
        SELECT coalesce('suspense_allocation:' || k.allocation_id, h.source), k.amount, h.amount
        FROM (
            SELECT t.allocation_id, i.transaction_id, t.amount
            FROM ims_suspense_allocationtake t
            JOIN ims_suspense_suspenseitem i ON i.id = t.item_id
            JOIN ims_suspense_allocation a ON a.id = t.allocation_id
            WHERE a.state = 'waiting' AND t.amount > 0
            UNION ALL
            SELECT a.id, l.id, l.amount FROM ims_suspense_allocation a
            JOIN ims_suspense_allocation undone ON undone.id = a.undoes_id
            JOIN ims_ledger_transaction l ON l.posting_id = undone.posting_id
            WHERE a.state = 'waiting' AND l.corrects_id IS NULL AND l.amount > 0
        ) k
        FULL JOIN (SELECT * FROM ims_ledger_hold WHERE source LIKE 'suspense_allocation:%') h
            ON h.source = 'suspense_allocation:' || k.allocation_id
            AND h.transaction_id = k.transaction_id
        WHERE k.amount IS DISTINCT FROM h.amount
        """,
    )
    add_proof(
        "an allocation that was posted has its posting, which undoes what it says",
        """
        SELECT a.reference, a.state, p.source FROM ims_suspense_allocation a
        LEFT JOIN ims_suspense_allocation u ON u.id = a.undoes_id
        FULL JOIN (SELECT * FROM ims_ledger_posting WHERE source LIKE 'suspense_allocation:%') p
            ON p.source = 'suspense_allocation:' || a.id
        WHERE a.id IS NULL OR (a.state = 'posted') <> (p.id IS NOT NULL)
           OR a.posting_id IS DISTINCT FROM p.id
           OR p.id IS NOT NULL AND u.posting_id IS DISTINCT FROM p.reverses_id
        """,
    )
    add_proof(
        "a posted allocation took and gave, line by line, what was asked for",
        """
        SELECT a.reference, s.place, s.amount FROM ims_suspense_allocation a
        JOIN (
            SELECT t.allocation_id, 'from ' || i.transaction_id AS place, -t.amount AS amount
                FROM ims_suspense_allocationtake t
                JOIN ims_suspense_suspenseitem i ON i.id = t.item_id
            UNION ALL
            SELECT allocation_id, fund_id || ' ' || account_reference || ' ' || vat_code_id, amount
                FROM ims_suspense_allocationgive
            EXCEPT ALL
            SELECT k.id, CASE WHEN t.corrects_id IS NOT NULL THEN 'from ' || t.corrects_id
                         ELSE t.fund_id || ' ' || t.account_reference || ' ' || t.vat_code_id END,
                   t.amount
                FROM ims_suspense_allocation k
                JOIN ims_ledger_transaction t ON t.posting_id = k.posting_id
        ) s ON s.allocation_id = a.id
        WHERE a.state = 'posted'
        """,
    )
