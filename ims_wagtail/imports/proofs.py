"""Proofs that files, their rows and the book tell the same story."""

from ims_wagtail.ledger.verification import add_proof


#: Triggers without which the rules would be mere custom.
TRIGGERS = ("ims_import_moves_forward", "ims_import_rows_keep", "ims_import_rows_stay")


def add_proofs() -> None:
    """Add the proofs of imports; called once when Django starts."""
    add_proof(
        "the triggers of imports are in force",
        f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
        " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))",
    )
    add_proof(
        "an import that was posted is in the book with every row that is to be there, once",
        """
        SELECT i.id, r.rows, r.amount, b.lines, b.amount FROM ims_imports_import i
        JOIN ims_imports_importtype t ON t.id = i.import_type_id AND t.kind = 'transactions'
        LEFT JOIN (SELECT of_import_id, count(*) AS rows, sum(amount) AS amount
                   FROM ims_imports_importrow WHERE outcome IN ('posted', 'suspense')
                   GROUP BY 1) r ON r.of_import_id = i.id
        LEFT JOIN (SELECT l.of_import_id, sum(p.line_count) AS lines, sum(p.total) AS amount
                   FROM ims_imports_importposting l
                   JOIN ims_ledger_posting p ON p.id = l.posting_id GROUP BY 1) b
            ON b.of_import_id = i.id
        WHERE CASE WHEN i.state IN ('posted', 'undoing', 'undone')
              THEN r.rows IS DISTINCT FROM b.lines OR r.amount IS DISTINCT FROM b.amount
              ELSE b.lines IS NOT NULL END
        """,
    )
    add_proof(
        "an import that was undone is taken back whole, and no other",
        """
        SELECT i.id, i.state, l.posting_id FROM ims_imports_import i
        JOIN ims_imports_importposting l ON l.of_import_id = i.id
        LEFT JOIN ims_ledger_posting v ON v.reverses_id = l.posting_id
        WHERE (i.state = 'undone') <> (v.id IS NOT NULL)
        """,
    )
