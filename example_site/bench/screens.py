"""The dashboard and the pages of accounts and postings, beside SQL for the same figures."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from ims_wagtail.clock import accounting_date

from .questions import values_of
from .searching import Reader, Times, by_hand


#: Milliseconds for the whole page, at p95.
DASHBOARD_AIM = 200


def measure_screens(reader: Reader, *, times: int) -> Iterator[Times]:
    """Measure the dashboard, pages of accounts and pages of postings."""
    lines = list(values_of(reader.funds, count=times, among="true"))
    holders: dict[tuple[int, str], int] = {
        (fund, reference): pk
        for fund, reference, pk in by_hand(
            "SELECT fund_id, reference, id FROM ims_accounts_accountholder"
            " WHERE reference = ANY(%s)",
            [[line["account_reference"] for line in lines]],
        )[1]
    }
    today = accounting_date()
    compared = [today, today - timedelta(days=7), today - timedelta(days=364)]
    screens: list[tuple[str, Callable[[Any], str], str]] = [
        (
            "dashboard",
            lambda line: "/admin/income/",
            "SELECT accounting_date, fund_id, method_id, sum(amount), sum(line_count)"
            " FROM ims_ledger_dailytotal WHERE accounting_date = ANY(%(compared)s)"
            " AND fund_id = ANY(%(funds)s) GROUP BY 1, 2, 3",
        ),
        (
            "page of an account",
            lambda line: (
                "/admin/income/account-holders/inspect/"
                f"{holders[line['fund_id'], line['account_reference']]}/"
            ),
            "SELECT * FROM ims_ledger_transaction WHERE fund_id = %(fund_id)s"
            " AND account_reference = %(account_reference)s ORDER BY entered_at DESC, id DESC",
        ),
        (
            "page of a posting",
            lambda line: f"/admin/income/postings/inspect/{line['posting_id']}/",
            "SELECT * FROM ims_ledger_transaction WHERE posting_id = %(posting_id)s",
        ),
    ]
    for name, path, sql in screens:
        found = Times(name, [], [], [])
        for line in lines:
            took, asked, _response = reader.ask(path(line))
            found.screen.append(took)
            found.asked.append(asked)
            found.by_hand.append(by_hand(sql, {**line, "compared": compared})[0])
        yield found
