"""The ways to an account: each finds candidates for many items at once, in one or two queries."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection

from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.finding import compile_finder
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.references import RuleFacts

from .cases import Case
from .names import phrases


class Route(Enum):
    """How an account was come upon."""

    CHECKED_REFERENCE = "checked reference"
    REFERENCE = "reference"
    KNOWN_PAYER = "known payer"
    PAID_BEFORE = "paid before"
    BALANCE = "balance"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that an item's money may be for."""

    item_id: int
    fund_id: int
    reference: str


Found = Iterator[tuple[Candidate, Route]]

#: An amount or a name that so many accounts share says nothing.
_FEW = 3
_COMMON = 12


def references(cases: Sequence[Case], fund_ids: Collection[int]) -> Found:
    """Find references of payment types inside what stands on items."""
    types = PaymentType.objects.filter(
        enabled=True, reference_source=ReferenceSource.PAYER, fund__in=list(fund_ids)
    ).select_related("fund__reference_rule__check_digit")
    rules = {one.fund_id: one.fund.reference_rule for one in types if one.fund.reference_rule}
    finders = [
        # What neither check digit nor mask proves has to stand there by itself: words put together
        # fit a loose form by chance.
        (
            fund_id,
            compile_finder(RuleFacts.of(rule), whole_words=not (rule.check_digit_id or rule.mask)),
            rule.check_digit_id,
        )
        for fund_id, rule in rules.items()
    ]
    for case in cases:
        for fund_id, find, check_digit in finders:
            route = Route.CHECKED_REFERENCE if check_digit else Route.REFERENCE
            for reference in find(case.narrative):
                # Without a check digit a word of letters alone is somebody's name.
                if check_digit or any(map(str.isdigit, reference)):
                    yield Candidate(case.item_id, fund_id, reference), route


def known_payers(cases: Sequence[Case], fund_ids: Collection[int]) -> Found:
    """Find the accounts of payers whom two people have written down by their name."""
    yield from _query(
        """
        SELECT q.item, k.fund_id, k.account_reference
        FROM unnest(%(items)s::bigint[], %(words)s::text[]) AS q(item, words)
        JOIN ims_suspense_knownpayer k
            ON position(' ' || k.name || ' ' IN ' ' || q.words || ' ') > 0
        WHERE k.state = 'in_use' AND k.fund_id = ANY(%(funds)s)
        """,
        {"items": [case.item_id for case in cases], "words": [case.words for case in cases]},
        fund_ids,
        Route.KNOWN_PAYER,
    )


def paid_before(cases: Sequence[Case], fund_ids: Collection[int]) -> Found:
    """Find the accounts that the same e-mail address has paid, the newest few."""
    known = [case for case in cases if case.email]
    yield from _query(
        """
        SELECT DISTINCT q.item, t.fund_id, t.account_reference
        FROM unnest(%(items)s::bigint[], %(postings)s::bigint[], %(emails)s::text[])
            AS q(item, posting, email)
        CROSS JOIN LATERAL (
            SELECT p.posting_id FROM ims_ledger_payerdetails p
            WHERE upper(p.email) = upper(q.email) AND p.posting_id <> q.posting
            ORDER BY p.posting_id DESC LIMIT 20
        ) p
        JOIN ims_ledger_transaction t ON t.posting_id = p.posting_id
        WHERE t.corrects_id IS NULL AND t.amount > 0 AND t.fund_id = ANY(%(funds)s)
        """,
        {
            "items": [case.item_id for case in known],
            "postings": [case.posting_id for case in known],
            "emails": [case.email for case in known],
        },
        fund_ids,
        Route.PAID_BEFORE,
    )


def balances(cases: Sequence[Case], fund_ids: Collection[int]) -> Found:
    """Find the accounts that owe exactly what is left, where few do."""
    found = _query(
        """
        SELECT q.item, a.fund_id, a.reference
        FROM unnest(%(items)s::bigint[], %(amounts)s::numeric[]) AS q(item, amount)
        CROSS JOIN LATERAL (
            SELECT fund_id, reference FROM ims_accounts_accountholder
            WHERE balance = q.amount AND balance > 0 AND fund_id = ANY(%(funds)s) LIMIT %(few)s + 1
        ) a
        """,
        {
            "items": [case.item_id for case in cases],
            "amounts": [case.amount for case in cases],
            "few": _FEW,
        },
        fund_ids,
        Route.BALANCE,
    )
    yield from _rare(list(found), _FEW)


def names(cases: Sequence[Case], fund_ids: Collection[int]) -> Found:
    """Find accounts by words of the payer's name, spelt or sounding alike, where few fit."""
    wanted = [
        (case.item_id, phrase) for case in cases for phrase in phrases(case.payer or case.narrative)
    ]
    found = _query(
        """
        SELECT q.item, a.fund_id, a.reference
        FROM unnest(%(items)s::bigint[], %(phrases)s::text[]) AS q(item, phrase)
        CROSS JOIN LATERAL (
            SELECT h.fund_id, h.reference FROM ims_accounts_accountwords w
            JOIN ims_accounts_accountholder h ON h.id = w.account_id
            WHERE w.words @@ ims_account_query(q.phrase) AND h.fund_id = ANY(%(funds)s)
            LIMIT %(common)s + 1
        ) a
        """,
        {
            "items": [item for item, _phrase in wanted],
            "phrases": [phrase for _item, phrase in wanted],
            "common": _COMMON,
        },
        fund_ids,
        Route.NAME,
    )
    yield from _rare(list(dict.fromkeys(found)), _COMMON)


def _query(sql: str, values: Mapping[str, Any], fund_ids: Collection[int], route: Route) -> Found:
    if not values["items"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "funds": list(fund_ids)})
        rows = cursor.fetchall()
    for item_id, fund_id, reference in rows:
        yield Candidate(item_id, fund_id, reference), route


def _rare(found: list[tuple[Candidate, Route]], most: int) -> Found:
    counts = Counter(candidate.item_id for candidate, _route in found)
    yield from (one for one in found if counts[one[0].item_id] <= most)
