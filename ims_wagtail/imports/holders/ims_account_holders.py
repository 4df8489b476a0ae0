"""The account holders of councils' earlier system, as its table or its API names their fields.

There an account was known by its reference alone; here fund and reference belong together, so that
each row has to name its fund.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import ImportKind
from ims_wagtail.imports.formats.contract import Field, Format, Problem, Reading, Totals
from ims_wagtail.imports.formats.headed import Record, records
from ims_wagtail.imports.formats.values import NotAValue, read_amount

from .rows import HolderRow


_REFERENCE, _FUND, _BALANCE = "AccountReference", "FundCode", "CurrentBalance"
#: Columns that are texts, by the names of ``HolderRow``.
_TEXTS = {
    "title": "Title",
    "forename": "Forename",
    "surname": "Surname",
    "address_line_1": "AddressLine1",
    "address_line_2": "AddressLine2",
    "address_line_3": "AddressLine3",
    "address_line_4": "AddressLine4",
    "postcode": "Postcode",
    "stop_message": "FundMessageId",
}
#: What tools that take rows out of SQL Server write where there is nothing.
_NOTHING = "NULL"


class ImsAccountHoldersReader:
    """Reads one file with a line of headings, in any order."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self.tells: frozenset[str] = frozenset()
        self._records = records(file, reading, (_REFERENCE, _FUND))

    def __iter__(self) -> Iterator[HolderRow | Problem]:
        for found in self._records:
            if isinstance(found, Problem):
                yield found
                continue
            if not self.tells:
                columns = {**_TEXTS, "balance": _BALANCE}
                self.tells = frozenset(
                    name for name, column in columns.items() if column in found.cells
                )
            yield _row(found)


def _row(record: Record) -> HolderRow | Problem:
    for column in (_REFERENCE, _FUND):
        if not _text(record, column):
            return record.wrong(column, _("something: it is never blank"))
    balance = _text(record, _BALANCE)
    try:
        owed = read_amount(balance) if balance else None
    except NotAValue as error:
        return record.wrong(_BALANCE, str(error))
    texts: dict[str, Any] = {name: _text(record, column) for name, column in _TEXTS.items()}
    return HolderRow(
        number=record.number,
        raw=record.raw,
        reference=_text(record, _REFERENCE),
        fund=_text(record, _FUND),
        balance=owed,
        **texts,
    )


def _text(record: Record, column: str) -> str:
    text = record[column]
    return "" if text == _NOTHING else text


IMS_ACCOUNT_HOLDERS = Format(
    key="ims-account-holders",
    name=gettext_lazy("Account holders of the earlier income system"),
    open=ImsAccountHoldersReader,
    sample="ims-account-holders.csv",
    kind=ImportKind.ACCOUNT_HOLDERS,
    fields=(
        Field(_REFERENCE, gettext_lazy("Account reference; never blank")),
        Field(_FUND, gettext_lazy("Code of a fund; never blank")),
        Field(_BALANCE, gettext_lazy("Pounds that the account owes; credit is negative")),
        Field("Title, Forename, Surname", gettext_lazy("Name")),
        Field("AddressLine1-4, Postcode", gettext_lazy("Address")),
        Field("FundMessageId", gettext_lazy("Code of a stop message of the fund")),
        Field(
            "PeriodDebit, PeriodCredit, RecordType, UserField1-3",
            gettext_lazy("Left aside, as any other column"),
        ),
    ),
)
