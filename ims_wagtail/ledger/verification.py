"""Proofs of the book: each is one query that finds the rows that break a rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from ims_wagtail.access import chain


@dataclass(frozen=True, slots=True)
class Proof:
    """A rule and the query whose every row breaks it; the first column says which row."""

    rule: str
    query: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold, with up to twenty of the rows that break it."""

    rule: str
    rows: list[str]


#: Triggers without which the rules would be mere custom.
TRIGGERS = (
    "ims_fund_in_use",
    "ims_hold_is_available",
    "ims_lines_hold",
    "ims_lines_keep_holds",
    "ims_method_in_use",
    "ims_period_totals",
    "ims_period_totals_stay",
    "ims_periods_in_order",
    "ims_periods_stay",
    "ims_posting_balances",
    "ims_posting_insert_only",
    "ims_posting_is_open",
    "ims_posting_note_insert_only",
    "ims_transaction_insert_only",
    "ims_vat_code_in_use",
)

PROOFS = [
    Proof(
        "the book's triggers are in force",
        f"SELECT name FROM unnest(ARRAY{list(TRIGGERS)}) AS name WHERE NOT EXISTS"  # noqa: S608
        " (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A'))",
    ),
    Proof(
        "a posting's lines are as many and sum to what it says",
        """
        SELECT p.source, p.line_count, p.total, count(t.id), coalesce(sum(t.amount), 0)
        FROM ims_ledger_posting p LEFT JOIN ims_ledger_transaction t ON t.posting_id = p.id
        GROUP BY p.id
        HAVING count(t.id) <> p.line_count OR coalesce(sum(t.amount), 0) <> p.total
        """,
    ),
    Proof(
        "moves inside the book sum to zero",
        """
        SELECT source, total FROM ims_ledger_posting
        WHERE kind IN ('journal', 'transfer', 'suspense_allocation') AND total <> 0
        """,
    ),
    Proof(
        "a source posts once",
        "SELECT source, count(*) FROM ims_ledger_posting GROUP BY source HAVING count(*) > 1",
    ),
    Proof(
        "a line belongs to a posting, a fund, a method of payment and a VAT code that exist",
        """
        SELECT t.reference FROM ims_ledger_transaction t
        LEFT JOIN ims_ledger_posting p ON p.id = t.posting_id
        LEFT JOIN ims_funds_fund f ON f.id = t.fund_id
        LEFT JOIN ims_funds_methodofpayment m ON m.id = t.method_id
        LEFT JOIN ims_funds_vatcode v ON v.id = t.vat_code_id
        WHERE p.id IS NULL OR f.id IS NULL OR m.id IS NULL OR v.id IS NULL
        """,
    ),
    Proof(
        "a line has its posting's accounting date",
        """
        SELECT t.reference FROM ims_ledger_transaction t
        JOIN ims_ledger_posting p ON p.id = t.posting_id
        WHERE t.accounting_date <> p.accounting_date
        """,
    ),
    Proof(
        "corrections never exceed the line they correct",
        """
        SELECT o.reference, o.amount, sum(c.amount)
        FROM ims_ledger_transaction o JOIN ims_ledger_transaction c ON c.corrects_id = o.id
        GROUP BY o.id
        HAVING (o.amount + sum(c.amount)) * sign(o.amount) NOT BETWEEN 0 AND abs(o.amount)
        """,
    ),
    Proof(
        "what is held of a line is still there",
        """
        SELECT t.reference, t.amount, sum(h.amount)
        FROM ims_ledger_hold h JOIN ims_ledger_transaction t ON t.id = h.transaction_id
        GROUP BY t.id
        HAVING sum(h.amount) > t.amount + (SELECT coalesce(sum(c.amount), 0)
            FROM ims_ledger_transaction c WHERE c.corrects_id = t.id)
        """,
    ),
    Proof(
        "a reversal is the exact opposite of what it reverses",
        """
        SELECT r.source FROM ims_ledger_posting r JOIN ims_ledger_posting o ON o.id = r.reverses_id
        WHERE r.total <> -o.total OR r.line_count <> o.line_count
        """,
    ),
    Proof(
        "a line's VAT is its amount's at its rate",
        """
        SELECT reference FROM ims_ledger_transaction
        WHERE abs(vat_amount - amount * vat_rate / (1 + vat_rate)) > 0.005
        """,
    ),
    Proof(
        "a transaction reference is well-formed and stands once",
        """
        SELECT reference FROM ims_ledger_transaction
        WHERE reference !~ '^T[0-9]+[A-Z]$'
           OR reference <> ims_reference('T', substring(reference FROM '[0-9]+')::bigint)
        UNION ALL
        SELECT reference FROM ims_ledger_transaction GROUP BY reference HAVING count(*) > 1
        """,
    ),
    Proof(
        "daily totals are the sum of the lines",
        """
        SELECT coalesce(d.accounting_date, l.accounting_date), coalesce(d.fund_id, l.fund_id),
               coalesce(d.method_id, l.method_id), coalesce(d.kind, l.kind), d.amount, l.amount
        FROM ims_ledger_dailytotal d FULL JOIN (
            SELECT t.accounting_date, t.fund_id, t.method_id, p.kind, count(*) AS line_count,
                   sum(t.amount) AS amount, sum(t.vat_amount) AS vat_amount
            FROM ims_ledger_transaction t JOIN ims_ledger_posting p ON p.id = t.posting_id
            GROUP BY 1, 2, 3, 4
        ) l USING (accounting_date, fund_id, method_id, kind)
        WHERE d.amount IS DISTINCT FROM l.amount OR d.line_count IS DISTINCT FROM l.line_count
           OR d.vat_amount IS DISTINCT FROM l.vat_amount
        """,
    ),
    Proof(
        "an accounting date is the day the money moved, or the first of the month open instead",
        """
        SELECT source, accounting_date, entered_at FROM ims_ledger_posting
        WHERE coalesce(asked_date, accounting_date)
              <> (entered_at AT TIME ZONE 'Europe/London')::date
           OR asked_date IS NOT NULL AND extract(day FROM accounting_date) <> 1
        """,
    ),
    Proof(
        "months are closed one after the other",
        """
        SELECT month FROM (
            SELECT month, lag(month) OVER (ORDER BY month) AS before FROM ims_ledger_closedperiod
            WHERE reopened_at IS NULL
        ) p WHERE month <> before + interval '1 month'
        """,
    ),
    Proof(
        "the figures of a closed month are those it was closed with",
        """
        SELECT coalesce(k.month, b.month), coalesce(k.fund_id, b.fund_id),
               coalesce(k.method_id, b.method_id), coalesce(k.kind, b.kind), k.amount, b.amount
        FROM (
            SELECT p.month, t.fund_id, t.method_id, t.kind, t.line_count, t.amount, t.vat_amount
            FROM ims_ledger_periodtotal t JOIN ims_ledger_closedperiod p ON p.id = t.period_id
            WHERE p.reopened_at IS NULL
        ) k FULL JOIN (
            SELECT p.month, d.fund_id, d.method_id, d.kind, sum(d.line_count) AS line_count,
                   sum(d.amount) AS amount, sum(d.vat_amount) AS vat_amount
            FROM ims_ledger_closedperiod p JOIN ims_ledger_dailytotal d
              ON d.accounting_date >= p.month AND d.accounting_date < p.month + interval '1 month'
            WHERE p.reopened_at IS NULL GROUP BY 1, 2, 3, 4
        ) b USING (month, fund_id, method_id, kind)
        WHERE k.line_count IS DISTINCT FROM b.line_count OR k.amount IS DISTINCT FROM b.amount
           OR k.vat_amount IS DISTINCT FROM b.vat_amount
        """,
    ),
]


PROOFS += [
    Proof("the triggers of the audit log are in force", chain.TRIGGERS_IN_FORCE),
    Proof("nothing in the audit log was changed or removed", chain.FIRST_BREAK),
    Proof("every audit entry has its link", chain.UNCHAINED),
]


def add_proof(rule: str, query: str) -> None:
    """Add a room's own proof; call it from the room's ``AppConfig.ready()``."""
    PROOFS.append(Proof(rule, query))


def verify() -> Iterator[tuple[Proof, Breach | None]]:
    """Run every proof on the live database, yielding each with its breach or ``None``."""
    for proof in list(PROOFS):
        with connection.cursor() as cursor:
            cursor.execute(proof.query)
            rows = [" ".join(str(value) for value in row) for row in cursor.fetchmany(20)]
        yield proof, Breach(proof.rule, rows) if rows else None
