"""The questions: every filter of the list, the one box, pages far down, and wildcards at worst."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .questions import Question, Values


_POSTING = "JOIN ims_ledger_posting o ON o.id = t.posting_id"
_PAYER = "JOIN ims_ledger_payerdetails d ON d.posting_id = t.posting_id"


def _typed(name: str, text: str) -> Callable[[Values], dict[str, Any]]:
    return lambda line: {name: text.format(**line)}


def _box(text: str) -> Callable[[Values], dict[str, Any]]:
    return _typed("q", text)


_WORD = """t.id IN (
    SELECT l.id FROM ims_ledger_payerdetails d JOIN ims_ledger_transaction l USING (posting_id)
    WHERE d.name ILIKE '%%' || {word} || '%%'
    UNION ALL SELECT id FROM ims_ledger_transaction WHERE narrative ILIKE '%%' || {word} || '%%'
    UNION ALL SELECT id FROM ims_ledger_transaction
    WHERE account_reference LIKE upper({word}) || '%%'
    UNION ALL SELECT id FROM ims_ledger_transaction WHERE receipt_number = upper({word})
    UNION ALL SELECT id FROM ims_ledger_transaction
    WHERE psp_reference = {word} AND psp_reference <> '')"""
_SURNAME = _WORD.format(word="%(surname)s::text")
_FORENAME = _WORD.format(word="%(forename)s::text")

QUESTIONS = (
    Question("no filter, first page", lambda line: {}, "true", days="true"),
    Question(
        "transaction reference",
        _typed("reference", "{reference}"),
        "t.reference = %(reference)s",
    ),
    Question(
        "receipt number",
        _typed("receipt_number", "{receipt_number}"),
        "t.receipt_number = %(receipt_number)s",
    ),
    Question(
        "start of a receipt number",
        lambda line: {"receipt_number": f"{line['receipt_number'][:6]}*"},
        "t.receipt_number LIKE left(%(receipt_number)s, 6) || '%%'",
    ),
    Question(
        "account reference",
        _typed("account_reference", "{account_reference}"),
        "t.account_reference = %(account_reference)s",
    ),
    Question(
        "start of an account reference",
        lambda line: {"account_reference": f"{line['account_reference'][:7]}*"},
        "t.account_reference LIKE left(%(account_reference)s, 7) || '%%'",
    ),
    Question(
        "PSP reference",
        _typed("psp_reference", "{psp_reference}"),
        "t.psp_reference = %(psp_reference)s",
        among="psp_reference <> ''",
    ),
    Question(
        "narrative: part of a reference",
        _typed("narrative", "{narrative_end}"),
        "t.narrative ILIKE '%%' || %(narrative_end)s || '%%'",
    ),
    Question(
        "narrative: name * street",
        _typed("narrative", "{surname}*{street}"),
        "t.narrative ILIKE '%%' || %(surname)s || '%%' || %(street)s || '%%'",
    ),
    Question(
        "narrative: middle of a word",
        lambda line: {"narrative": line["street"][2:6]},
        "t.narrative ILIKE '%%' || substr(%(street)s, 3, 4) || '%%'",
    ),
    Question(
        "narrative: in nearly every line",
        _typed("narrative", "stalmen"),
        "t.narrative ILIKE '%%stalmen%%'",
    ),
    Question(
        "narrative: in no line",
        _typed("narrative", "xq{narrative_end}zj"),
        "t.narrative ILIKE '%%xq' || %(narrative_end)s || 'zj%%'",
    ),
    Question(
        "narrative: * * * with common parts",
        lambda line: {"narrative": f"ment*{line['surname'][-4:]}*ave*ref*{line['account_end']}"},
        "t.narrative ILIKE '%%ment%%' || right(%(surname)s, 4) || '%%ave%%ref%%'"
        " || %(account_end)s || '%%'",
    ),
    Question(
        "amount",
        _typed("amount", "{amount}"),
        "t.amount IN (abs(%(amount)s), -abs(%(amount)s))",
    ),
    Question(
        "amounts between",
        lambda line: {
            "amount_between_from": abs(line["amount"]),
            "amount_between_to": abs(line["amount"]) + 1,
        },
        "(t.amount BETWEEN abs(%(amount)s) AND abs(%(amount)s) + 1"
        " OR t.amount BETWEEN -abs(%(amount)s) - 1 AND -abs(%(amount)s))",
    ),
    Question(
        "a day",
        lambda line: {"entered_at_from": line["day"], "entered_at_to": line["day"]},
        "t.entered_at >= %(midnight)s AND t.entered_at < %(midnight_after)s",
        days="t.accounting_date = %(day)s",
    ),
    Question(
        "a year",
        lambda line: {"entered_at_from": line["year_ago"], "entered_at_to": line["day"]},
        "t.entered_at >= %(midnight_year_ago)s AND t.entered_at < %(midnight_after)s",
        days="t.accounting_date BETWEEN %(year_ago)s AND %(day)s",
    ),
    Question(
        "ten minutes",
        lambda line: {
            "moment_from": f"{line['moment']:%Y-%m-%dT%H:%M}",
            "moment_to": f"{line['moment'] + timedelta(minutes=10):%Y-%m-%dT%H:%M}",
        },
        "t.entered_at >= %(moment)s AND t.entered_at <= %(moment)s::timestamptz"
        " + interval '10 minutes'",
    ),
    Question("a fund", _typed("fund", "{fund_id}"), "t.fund_id = %(fund_id)s", days="true"),
    Question(
        "the smallest fund",
        _typed("fund", "{smallest_fund}"),
        "t.fund_id = %(smallest_fund)s",
        days="fund_id = %(smallest_fund)s",
    ),
    Question(
        "a fund group",
        _typed("fund_group", "{group}"),
        "t.fund_id = ANY(%(group_funds)s)",
        days="fund_id = ANY(%(group_funds)s)",
    ),
    Question(
        "method of payment",
        _typed("method", "{method_id}"),
        "t.method_id = %(method_id)s",
        days="method_id = %(method_id)s",
    ),
    Question(
        "a fund, a method and a year",
        lambda line: {
            "fund": line["fund_id"],
            "method": line["method_id"],
            "entered_at_from": line["year_ago"],
            "entered_at_to": line["day"],
        },
        "t.fund_id = %(fund_id)s AND t.method_id = %(method_id)s"
        " AND t.entered_at >= %(midnight_year_ago)s AND t.entered_at < %(midnight_after)s",
        days="fund_id = %(fund_id)s AND method_id = %(method_id)s"
        " AND t.accounting_date BETWEEN %(year_ago)s AND %(day)s",
    ),
    Question(
        "kind: takings",
        _typed("kind", "takings"),
        "o.kind NOT IN ('journal', 'transfer', 'suspense_allocation')",
        joins=_POSTING,
        days="kind NOT IN ('journal', 'transfer', 'suspense_allocation')",
    ),
    Question(
        "kind: refunds",
        _typed("kind", "refund"),
        "o.kind = 'refund'",
        joins=_POSTING,
        days="kind = 'refund'",
    ),
    Question(
        "kind: chargebacks, next to none",
        _typed("kind", "chargeback"),
        "o.kind = 'chargeback'",
        joins=_POSTING,
        days="kind = 'chargeback'",
    ),
    Question("VAT code", _typed("vat_code", "{vat_code_id}"), "t.vat_code_id = %(vat_code_id)s"),
    Question(
        "office",
        _typed("office", "{office_id}"),
        "o.office_id = %(office_id)s",
        joins=_POSTING,
        among="office_id IS NOT NULL",
    ),
    Question(
        "entered by",
        _typed("entered_by", "{username}"),
        "o.entered_by_id = %(entered_by_id)s",
        joins=_POSTING,
        among="entered_by_id IS NOT NULL",
    ),
    Question(
        "entered by and a month",
        lambda line: {
            "entered_by": line["username"],
            "entered_at_from": line["month_ago"],
            "entered_at_to": line["day"],
        },
        "o.entered_by_id = %(entered_by_id)s AND t.entered_at >= %(midnight_month_ago)s"
        " AND t.entered_at < %(midnight_after)s",
        joins=_POSTING,
        among="entered_by_id IS NOT NULL",
    ),
    Question(
        "payer: surname",
        _typed("payer", "{surname}"),
        "d.name ILIKE '%%' || %(surname)s || '%%'",
        joins=_PAYER,
    ),
    Question(
        "payer: Smith",
        _typed("payer", "smith"),
        "d.name ILIKE '%%smith%%'",
        joins=_PAYER,
    ),
    Question(
        "payer: postcode",
        _typed("payer", "{postcode}"),
        "d.postcode = %(postcode)s",
        joins=_PAYER,
        among="postcode IS NOT NULL",
    ),
    Question(
        "payer: e-mail",
        _typed("payer", "{email}"),
        "upper(d.email) = upper(%(email)s)",
        joins=_PAYER,
        among="d.email IS NOT NULL",
    ),
    Question(
        "last four digits of a card",
        _typed("card", "{card_last_four}"),
        "d.card_last_four = %(card_last_four)s",
        joins=_PAYER,
        among="card_last_four <> ''",
    ),
    Question(
        "refunded, moved or reversed",
        _typed("corrected", "yes"),
        "EXISTS (SELECT FROM ims_ledger_transaction c WHERE c.corrects_id = t.id)",
    ),
    Question(
        "not refunded, moved or reversed",
        _typed("corrected", "no"),
        "NOT EXISTS (SELECT FROM ims_ledger_transaction c WHERE c.corrects_id = t.id)",
    ),
    Question("source", _typed("source", "{source}"), "o.source = %(source)s", joins=_POSTING),
    Question(
        "box: transaction reference",
        _box("{reference}"),
        "t.reference = %(reference)s",
    ),
    Question(
        "box: receipt number",
        _box("{receipt_number}"),
        "t.receipt_number = %(receipt_number)s",
    ),
    Question(
        "box: account reference",
        _box("{account_reference}"),
        "(t.account_reference = %(account_reference)s OR t.receipt_number = %(account_reference)s)",
    ),
    Question(
        "box: amount",
        _box("£{amount_size}"),
        "t.amount IN (abs(%(amount)s), -abs(%(amount)s))",
    ),
    Question(
        "box: surname",
        _box("{surname}"),
        _SURNAME,
    ),
    Question(
        "box: Smith",
        _box("smith"),
        _WORD.format(word="'smith'"),
    ),
    Question(
        "box: forename and surname",
        _box("{forename} {surname}"),
        f"{_FORENAME} AND {_SURNAME}",
    ),
    Question(
        "box: surname and amount",
        _box("{surname} {amount_size}"),
        f"{_SURNAME} AND t.amount IN (abs(%(amount)s), -abs(%(amount)s))",
    ),
    Question(
        "box: postcode",
        _box("{postcode}"),
        "d.postcode = %(postcode)s",
        joins=_PAYER,
        among="postcode IS NOT NULL",
    ),
    Question(
        "box: day and amount",
        _box("{day:%d/%m/%Y} {amount_size}"),
        "t.entered_at >= %(midnight)s AND t.entered_at < %(midnight_after)s"
        " AND t.amount IN (abs(%(amount)s), -abs(%(amount)s))",
    ),
    Question(
        "box: a word in nearly every line",
        _box("instalment"),
        # Whoever reads the newest lines meets it at once: all of them would be far too many.
        "(d.name ILIKE '%%instalment%%' OR t.narrative ILIKE '%%instalment%%'"
        " OR t.account_reference LIKE 'INSTALMENT%%' OR t.receipt_number = 'INSTALMENT'"
        " OR t.psp_reference = 'instalment')",
        joins=f"LEFT {_PAYER}",
    ),
    Question(
        "box: a word in no line",
        _box("xq{surname}zj"),
        _WORD.format(word="'xq' || %(surname)s || 'zj'"),
    ),
    *(
        Question(
            f"page {number:,}",
            lambda line, number=number: {"after": line["cursors"][number]},  # type: ignore[misc]
            f"(t.entered_at, t.id) < (%(at_{number})s, %(id_{number})s)",
            days="true",
        )
        for number in (10, 1000, 10_000)
    ),
)
