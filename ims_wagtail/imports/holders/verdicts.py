"""What a row says of which account: one function for a type of files, without a query per row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db.models import CharField
from django.utils.translation import gettext as _

from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.funds.models import Fund
from ims_wagtail.funds.references import ReferenceInvalid, RuleFacts, compile_facts, open_reference
from ims_wagtail.imports.formats.contract import Problem
from ims_wagtail.imports.models import ImportType
from ims_wagtail.money import MAXIMUM

from .rows import HolderRow


def _column(name: str) -> CharField:
    column: Any = AccountHolder._meta.get_field(name)
    return column


#: The fields of text and how long each may be.
TEXTS: dict[str, int] = {
    name: _column(name).max_length or 0
    for name in (
        "title",
        "forename",
        "surname",
        "address_line_1",
        "address_line_2",
        "address_line_3",
        "address_line_4",
        "postcode",
    )
}
_LENGTHS = tuple(TEXTS.values())
_REFERENCE = _column("reference").max_length or 0


class Account(NamedTuple):
    """What a row says, by ids and tidied; with a problem it can't be loaded."""

    fund_id: int | None = None
    #: Blank when the row doesn't say whose it is.
    reference: str = ""
    texts: tuple[str, ...] = ()
    balance: Decimal | None = None
    balance_at: datetime | None = None
    stop_message_id: int | None = None
    problem: Problem | None = None


class _Fund(NamedTuple):
    pk: int
    check: Callable[[str], str]
    is_allowed: bool
    stops: dict[str, int]


def compile_accounts(import_type: ImportType) -> Callable[[HolderRow, datetime], Account]:
    """Return what reads rows of an import type's files; three queries, then none.

    It takes when the file's balances are as at, unless a row says so itself.
    """
    allowed = list(import_type.funds.all())
    default = import_type.default_fund or (allowed[0] if len(allowed) == 1 else None)
    return partial(_account, _funds(allowed), default.code if default else "")


def _funds(allowed: list[Fund]) -> dict[str, _Fund]:
    stops: dict[int, dict[str, int]] = {}
    for fund_id, code, pk in StopMessage.objects.values_list("fund_id", "code", "pk"):
        stops.setdefault(fund_id, {})[code.upper()] = pk
    ids = {fund.pk for fund in allowed}
    found = Fund.objects.select_related("reference_rule__check_digit")
    return {
        fund.code: _Fund(
            fund.pk,
            compile_facts(RuleFacts.of(fund.reference_rule))
            if fund.reference_rule
            else open_reference,
            not fund.is_suspense and (not ids or fund.pk in ids),
            stops.get(fund.pk, {}),
        )
        for fund in found
    }


def _account(
    funds: dict[str, _Fund], default_fund: str, row: HolderRow, as_at: datetime
) -> Account:
    code = row.fund or default_fund
    fund = funds.get(code)
    if fund is None:
        return Account(problem=_unknown_fund(row, code))
    # Whose row it is counts even when it can't be loaded: that account doesn't go.
    named = Account(fund.pk, row.reference.strip().upper()[:_REFERENCE])
    if not fund.is_allowed:
        return named._replace(problem=_wrong_fund(row, code))
    try:
        reference = fund.check(row.reference)
    except ReferenceInvalid as invalid:
        return named._replace(problem=_wrong_reference(row, invalid))
    texts = (
        " ".join(row.title.split()),
        " ".join(row.forename.split()),
        " ".join(row.surname.split()),
        " ".join(row.address_line_1.split()),
        " ".join(row.address_line_2.split()),
        " ".join(row.address_line_3.split()),
        " ".join(row.address_line_4.split()),
        " ".join(row.postcode.split()),
    )
    if any(map(_too_long, texts, _LENGTHS)):
        return Account(fund.pk, reference, problem=_long_text(row, texts))
    if row.balance is not None and abs(row.balance) > MAXIMUM:
        return Account(fund.pk, reference, problem=_big_balance(row))
    stop = fund.stops.get(row.stop_message.upper()) if row.stop_message else None
    if row.stop_message and stop is None:
        return Account(fund.pk, reference, problem=_unknown_stop(row))
    balance_at = None if row.balance is None else row.balance_at or as_at
    return Account(fund.pk, reference, texts, row.balance, balance_at, stop)


def _too_long(text: str, most: int) -> bool:
    return len(text) > most


def _unknown_fund(row: HolderRow, code: str) -> Problem:
    return Problem(
        line=row.number,
        column=_("Fund"),
        found=code[:200] or _("nothing"),
        expected=_("one that is set up here"),
        remedy=_("Set the fund up, or say in the import type which fund rows are of"),
    )


def _wrong_fund(row: HolderRow, code: str) -> Problem:
    return Problem(
        line=row.number,
        column=_("Fund"),
        found=code[:200],
        expected=_("a fund that files of this type are about"),
        remedy=_("Add the fund to the import type, or ask the sender for a file without it"),
    )


def _wrong_reference(row: HolderRow, invalid: ReferenceInvalid) -> Problem:
    return Problem(
        line=row.number,
        column=_("Account reference"),
        found=row.reference[:200] or _("nothing"),
        expected=invalid.message,
        remedy=_("Nobody could pay this account: correct it at its source, or the fund's rule"),
    )


def _long_text(row: HolderRow, texts: tuple[str, ...]) -> Problem:
    name, most, text = next(
        (name, most, text)
        for (name, most), text in zip(TEXTS.items(), texts, strict=True)
        if len(text) > most
    )
    return Problem(
        line=row.number,
        column=str(_column(name).verbose_name),
        found=text[:200],
        expected=_("at most %(most)d characters") % {"most": most},
        remedy=_("Shorten it at its source, or look whether the columns of the file moved"),
    )


def _big_balance(row: HolderRow) -> Problem:
    return Problem(
        line=row.number,
        column=_("Balance"),
        found=str(row.balance),
        expected=_("an amount of less than £10,000,000,000"),
        remedy=_("Look whether the columns of the file moved"),
    )


def _unknown_stop(row: HolderRow) -> Problem:
    return Problem(
        line=row.number,
        column=_("Stop message"),
        found=row.stop_message[:200],
        expected=_("the code of a stop message of this fund"),
        remedy=_("Set the stop message up for this fund, then load the file again"),
    )
