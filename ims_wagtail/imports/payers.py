"""Known payers: names at the bank that two people agreed mean an account, used for the next rows.

Where a row names no account, its payer's name does. A reference that stands there and what a rule
decided count for more; where names lead to several accounts, none of them is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from ims_wagtail.money import ZERO
from ims_wagtail.suspense.enums import KnownPayerState
from ims_wagtail.suspense.models import KnownPayer
from ims_wagtail.suspense.suggesting.cases import plain

from .models import ImportType
from .rows import Row
from .rules.compiling import Applied


class _Known(NamedTuple):
    name: str
    pk: int
    fund: str
    reference: str


def mark_of(payer_id: int) -> int:
    """Return what stands for a known payer among the rules that acted on a row."""
    return -payer_id


def payer_of(mark: int) -> int:
    """Return the id of the known payer that a mark below nothing stands for."""
    return -mark


def with_known_payers(rules: Applied | None, import_type: ImportType) -> Applied | None:
    """Return rules, and after them the known payers whose money files of a type may bring.

    ``None`` when there is neither. One query, and none for each row.
    """
    find = _finder(import_type)
    if find is None:
        return rules

    def apply(row: Row) -> tuple[int, ...]:
        acted = rules(row) if rules is not None else ()
        if row.reference or row.suspense or row.parts or row.amount is None or row.amount <= ZERO:
            return acted
        known = find(row)
        if known is None:
            return acted
        row.fund, row.reference = known.fund, known.reference
        return (*acted, mark_of(known.pk))

    return apply


def _finder(import_type: ImportType) -> Callable[[Row], _Known | None] | None:
    payers = KnownPayer.objects.filter(
        state=KnownPayerState.IN_USE, fund__enabled=True, fund__is_suspense=False
    )
    if allowed := [fund.pk for fund in import_type.funds.all()]:
        payers = payers.filter(fund__in=allowed)
    # By the first word of the name, so that a row is compared with few of thousands.
    by_word: dict[str, list[_Known]] = defaultdict(list)
    for found in payers.values_list("name", "pk", "fund__code", "account_reference"):
        known = _Known(*found)
        by_word[known.name.partition(" ")[0]].append(known)
    if not by_word:
        return None

    def find(row: Row) -> _Known | None:
        words = plain(f"{row.payer} {row.narrative}")
        inside = f" {words} "
        fitting = [
            known
            for word in {*words.split()} & by_word.keys()
            for known in by_word[word]
            if f" {known.name} " in inside and row.fund in ("", known.fund)
        ]
        accounts = {(known.fund, known.reference) for known in fitting}
        return fitting[0] if len(accounts) == 1 else None

    return find
