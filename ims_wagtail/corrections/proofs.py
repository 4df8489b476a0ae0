"""Proofs that corrections, what is held for them and the book tell the same story."""

from ims_wagtail.ledger.verification import add_proof


#: Triggers without which the rules would be mere custom.
TRIGGERS = (
    "ims_correction_balances",
    "ims_correction_gives_balance",
    "ims_correction_gives_stay",
    "ims_correction_keeps_its_upload",
    "ims_correction_moves_forward",
    "ims_correction_takes_balance",
    "ims_correction_takes_stay",
    "ims_corrections_stay",
    "ims_hold_is_of_money",
    "ims_journal_upload_moves_forward",
)


def add_proofs() -> None:
    """Add the proofs of corrections; called once when Django starts."""
    add_proof(
        "the triggers of corrections are in force",
        f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
        " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))",
    )
    add_proof(
        "a line that corrects another is not itself corrected, nor is anything held of it",
        """
        SELECT o.reference FROM ims_ledger_transaction o
        JOIN ims_ledger_transaction c ON c.corrects_id = o.id
        WHERE o.corrects_id IS NOT NULL
        UNION ALL
        SELECT t.reference FROM ims_ledger_hold h
        JOIN ims_ledger_transaction t ON t.id = h.transaction_id
        WHERE t.corrects_id IS NOT NULL
        """,
    )
    add_proof(
        "a correction that waits is held line by line, one that is over holds nothing",
        """
        SELECT coalesce('correction:' || t.correction_id, h.source), t.amount, h.amount
        FROM (SELECT i.* FROM ims_corrections_correctiontake i
              JOIN ims_corrections_correction c ON c.id = i.correction_id
              WHERE c.state = 'waiting') t
        FULL JOIN (SELECT * FROM ims_ledger_hold WHERE source LIKE 'correction:%') h
            ON h.source = 'correction:' || t.correction_id AND h.transaction_id = t.transaction_id
        WHERE t.amount IS DISTINCT FROM h.amount
        """,
    )
    add_proof(
        "a correction gives as much as it takes",
        """
        SELECT c.reference, c.amount, t.taken, g.given FROM ims_corrections_correction c
        LEFT JOIN (SELECT correction_id, sum(amount) AS taken FROM ims_corrections_correctiontake
                   GROUP BY 1) t ON t.correction_id = c.id
        LEFT JOIN (SELECT correction_id, sum(amount) AS given FROM ims_corrections_correctiongive
                   GROUP BY 1) g ON g.correction_id = c.id
        WHERE c.amount IS DISTINCT FROM t.taken OR c.amount IS DISTINCT FROM g.given
        """,
    )
    add_proof(
        "a correction that was posted has its posting, which undoes what it says; no other has one",
        """
        SELECT c.reference, c.state, p.source FROM ims_corrections_correction c
        FULL JOIN (SELECT * FROM ims_ledger_posting WHERE source LIKE 'correction:%') p
            ON p.source = 'correction:' || c.id
        WHERE c.id IS NULL OR (c.state = 'posted') <> (p.id IS NOT NULL)
           OR c.posting_id IS DISTINCT FROM p.id
           OR p.id IS NOT NULL AND c.undoes_id IS DISTINCT FROM p.reverses_id
        """,
    )
    add_proof(
        "a posted correction took and gave, line by line, what was asked for",
        """
        SELECT c.reference, s.place, s.amount FROM ims_corrections_correction c
        JOIN (
            SELECT correction_id, 'from ' || transaction_id AS place, amount
                FROM ims_corrections_correctiontake
            UNION ALL
            SELECT correction_id, fund_id || ' ' || account_reference || ' ' || vat_code_id, amount
                FROM ims_corrections_correctiongive
            EXCEPT ALL
            SELECT k.id, CASE WHEN t.amount < 0 THEN 'from ' || t.corrects_id
                         ELSE t.fund_id || ' ' || t.account_reference || ' ' || t.vat_code_id END,
                   abs(t.amount)
                FROM ims_corrections_correction k
                JOIN ims_ledger_transaction t ON t.posting_id = k.posting_id
        ) s ON s.correction_id = c.id
        WHERE c.state = 'posted'
        """,
    )
    add_proof(
        "a file of journals has the lines and the amount it says, all in its own state",
        """
        SELECT u.reference, u.lines, count(c.id), u.amount, sum(c.amount)
        FROM ims_corrections_journalupload u
        LEFT JOIN ims_corrections_correction c ON c.upload_id = u.id AND c.state = u.state
        GROUP BY u.id HAVING u.lines <> count(c.id) OR u.amount IS DISTINCT FROM sum(c.amount)
        """,
    )
