"""Rows as they were received, put together again from what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Left

from ims_wagtail.imports.enums import RowOutcome
from ims_wagtail.imports.loading import CHANGEABLE
from ims_wagtail.imports.models import ImportRow, ImportType
from ims_wagtail.imports.rows import Row
from ims_wagtail.money import ZERO


#: What rules may make a difference to. The others have no money, or were here before.
RULED = (RowOutcome.POSTED, RowOutcome.SUSPENSE, RowOutcome.PROBLEM)
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Received:
    """A row as it was received, and where it came from."""

    import_id: int
    import_type_id: int
    row: Row


def received_rows(
    rows: QuerySet[ImportRow], types: Mapping[int, ImportType]
) -> Iterator[Received | None]:
    """Yield rows of imports of the types as they were received, last first, in constant memory.

    What rules changed is put back, and what they split is put together; a part of a row whose
    other part is missing is left out. ``None`` stands for what is only a part of a row, so that
    all that was looked at can be counted. References that were posted come in the form in which
    their fund keeps them.
    """
    found = (
        rows.filter(outcome__in=RULED)
        .annotate(
            type=F("of_import__import_type"),
            fund_code=F("fund__code"),
            fund_vat=F("fund__vat_code__code"),
            method_code=F("method__code"),
            office_code=F("office__code"),
            vat=F("vat_code__code"),
            # A row that is not posted and has no narrative shows its text in its place.
            stands_in=ExpressionWrapper(
                Q(narrative=Left("raw", 200)) & ~Q(outcome=RowOutcome.POSTED),
                output_field=BooleanField(),
            ),
        )
        .order_by("-of_import_id", "-ordinal")
        .values(
            *("of_import_id", "number", "outcome", "account_reference", "amount", "date"),
            *("narrative", "payer", "external_id", "psp_reference", "received", "stands_in"),
            *("type", "fund_code", "fund_vat", "method_code", "office_code", "vat"),
        )
    )
    parts: list[dict[str, Any]] = []
    for kept in found.iterator(chunk_size=_AT_ONCE):
        whole = _whole(kept)
        if whole is None:
            parts = []
        else:
            if parts and _place(parts[0]) != _place(kept):
                parts = []
            parts.append(kept)
            if sum((part["amount"] for part in parts), ZERO) != whole:
                yield None
                continue
            # The last one found is the first part, which has all that the split didn't change.
            parts = []
        row = _row(kept, types[kept["type"]])
        yield Received(kept["of_import_id"], kept["type"], row)


def _whole(kept: dict[str, Any]) -> Decimal | None:
    received = kept["received"] or {}
    return Decimal(received["amount"]) if "amount" in received else None


def _place(kept: dict[str, Any]) -> tuple[int, int]:
    return kept["of_import_id"], kept["number"]


def _row(kept: dict[str, Any], import_type: ImportType) -> Row:
    posted = kept["outcome"] == RowOutcome.POSTED
    default = import_type.default_fund.code if import_type.default_fund else ""
    method = import_type.method.code if import_type.method else ""
    office = import_type.office.code if import_type.office else ""
    row = Row(
        number=kept["number"],
        raw="",
        reference=kept["account_reference"],
        amount=kept["amount"],
        date=kept["date"],
        narrative="" if kept["stands_in"] else kept["narrative"],
        # What a type gives rows that name nothing was not named by the row. Of suspense, the
        # codes that a row named are with what was received.
        fund=_named(kept["fund_code"], default) if posted else "",
        method=_named(kept["method_code"], method),
        office=_named(kept["office_code"], office),
        vat=_named(kept["vat"], kept["fund_vat"]) if posted else "",
        external_id=kept["external_id"],
        psp_reference=kept["psp_reference"],
        payer=kept["payer"],
    )
    received: dict[str, Any] = {
        name: was for name, was in (kept["received"] or {}).items() if name in CHANGEABLE
    }
    if "amount" in received:
        received["amount"] = Decimal(received["amount"])
    return replace(row, **received) if received else row


def _named(code: str | None, given: str | None) -> str:
    return "" if not code or code == given else code
