"""What people ask the list of transactions, each beside the SQL somebody would write for it.

A question is asked about several lines of the book, drawn at random from the reader's funds. The
hand-written SQL has two forms, of which the quicker counts: one leaves the order of work to the
server, one collects all that fits before it puts it in order.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from ims_wagtail.clock import LONDON


Values = Mapping[str, Any]

#: What a page shows and what stands above it.
_PAGE = """
    SELECT t.id, t.reference, t.receipt_number, t.account_reference, t.amount, t.entered_at,
           p.kind, f.code, f.name, m.code, m.name, m.background_colour, m.text_colour
    FROM ({lines}) t
    JOIN ims_ledger_posting p ON p.id = t.posting_id
    JOIN ims_funds_fund f ON f.id = t.fund_id
    JOIN ims_funds_methodofpayment m ON m.id = t.method_id
    ORDER BY t.entered_at DESC, t.id DESC
"""
_NEWEST = """
    SELECT t.* FROM ims_ledger_transaction t {joins}
    WHERE t.fund_id = ANY(%(funds)s) AND {where} ORDER BY t.entered_at DESC, t.id DESC LIMIT 51
"""
_COLLECTED = """
    WITH fitting AS MATERIALIZED (SELECT t.id, t.entered_at FROM ims_ledger_transaction t {joins}
        WHERE t.fund_id = ANY(%(funds)s) AND {where}),
    newest AS (SELECT id FROM fitting ORDER BY entered_at DESC, id DESC LIMIT 51)
    SELECT t.* FROM newest JOIN ims_ledger_transaction t USING (id)
"""
_TOTALS = """
    SELECT count(*), sum(amount), sum(vat_amount) FROM (
        SELECT t.amount, t.vat_amount FROM ims_ledger_transaction t {joins}
        WHERE t.fund_id = ANY(%(funds)s) AND {where} LIMIT 5001) fitting
"""
_ROLLED_UP = """
    SELECT sum(line_count), sum(amount), sum(vat_amount) FROM ims_ledger_dailytotal t
    WHERE fund_id = ANY(%(funds)s) AND {where}
"""
_DRAWN = """
    SELECT t.*, p.source, p.entered_by_id, p.office_id, u.username, d.name, d.postcode, d.email,
           d.card_last_four
    FROM unnest(%s::bigint[]) WITH ORDINALITY drawn (id, place)
    JOIN ims_ledger_transaction t USING (id)
    JOIN ims_ledger_posting p ON p.id = t.posting_id
    LEFT JOIN auth_user u ON u.id = p.entered_by_id
    LEFT JOIN ims_ledger_payerdetails d ON d.posting_id = p.id
    WHERE fund_id = ANY(%s) AND {among} ORDER BY place LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question: what is typed, and SQL for the same rows.

    ``asked`` and ``where`` take their values from a line of the book; ``where`` speaks of the
    lines as ``t``. ``days`` is the condition on the daily totals when those tell the sums.
    """

    name: str
    asked: Callable[[Values], dict[str, Any]]
    where: str
    joins: str = ""
    days: str = ""
    among: str = "true"

    def by_hand(self) -> tuple[list[str], str]:
        """Return the forms of the SQL for a page, the quicker of which counts, and for totals."""
        parts = {"where": self.where, "joins": self.joins}
        pages = [_PAGE.format(lines=form.format(**parts)) for form in (_NEWEST, _COLLECTED)]
        totals = _ROLLED_UP.format(where=self.days) if self.days else _TOTALS.format(**parts)
        return pages, totals


def values_of(reader_funds: list[int], *, count: int, among: str) -> Iterator[dict[str, Any]]:
    """Yield what is known of lines of the reader's funds, drawn at random, the same each time."""
    chance = random.Random(among)  # noqa: S311 (nothing secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ims_ledger_transaction")
        (last,) = cursor.fetchone()
        drawn = [chance.randint(1, last) for _ in range(count * 100)]
        cursor.execute(_DRAWN.format(among=among), [drawn, reader_funds, count])
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    for row in rows:
        line = dict(zip(names, row, strict=True))
        yield {**line, **_parts_of(line), "funds": reader_funds}


def _parts_of(line: Values) -> dict[str, Any]:
    """Return what people know of a line: words of its narrative, its day, and so on."""
    described, _reference, end = line["narrative"].partition(" REF ")
    *_service, forename, surname, _number, street, _kind, _town = described.split()
    day: date = line["accounting_date"]
    moment = line["entered_at"].astimezone(LONDON).replace(second=0, microsecond=0, tzinfo=None)
    days = {"": day, "_after": day + timedelta(days=1)}
    days |= {"_year_ago": day - timedelta(days=365), "_month_ago": day - timedelta(days=30)}
    return {
        "forename": forename.lower(),
        "surname": surname.lower(),
        "street": street.lower(),
        "narrative_end": end[4:],
        "account_end": line["account_reference"][-3:],
        "amount_size": abs(line["amount"]),
        "day": day,
        "year_ago": days["_year_ago"],
        "month_ago": days["_month_ago"],
        "moment": moment.replace(tzinfo=LONDON),
        **{f"midnight{name}": _midnight(value) for name, value in days.items()},
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
