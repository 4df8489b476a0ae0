"""CAMT.053: a bank's statement in XML (ISO 20022), batches split into their payments.

Read element by element, so that a year's statement takes no more memory than a day's. Document
types and entities are refused. All versions of the message are read: names are the same in each,
and where a part moved between versions both places are looked at.

Source: ISO 20022 message definition report, Bank-to-Customer Cash Management, camt.053.001.02-.13.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import LONGEST_RAW, Row
from ims_wagtail.money import ZERO

from .contract import Field, Format, Problem, Reading, Totals, Unreadable
from .statements import Statement, joined, pounds, reference_or_nothing


_BOOKED = "BOOK"
_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"
_CURRENCY = "GBP"
#: So much is held at a time: an entry with all its payments, tens of thousands of them.
LARGEST_ENTRY = 100_000_000


class _Bounded:
    """A file of which no more may be read between two entries than an entry can hold."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.since_entry = 0

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self.since_entry += len(found)
        if self.since_entry > LARGEST_ENTRY:
            raise Unreadable(
                Problem(
                    line=0,
                    column="Ntry",
                    found=_("more than %(size)s MB without the end of an entry")
                    % {"size": LARGEST_ENTRY // 1_000_000},
                    expected=_("a statement as banks send it"),
                    remedy=_("Don't use this file. Ask the bank whether it is theirs"),
                )
            )
        return found


class Camt053Reader:
    """Reads one file of statements."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._file = _Bounded(file)
        self._entries = 0
        self._statement = Statement()

    def __iter__(self) -> Iterator[Row | Problem]:
        found = False
        for path, element in self._elements():
            name = path[-1]
            if name == "Stmt":
                found = True
                self._identify(element)
                yield from self._statement.close(self.totals)
                self._statement = Statement()
            elif name == "Ntry":
                self._entries += 1
                yield from self._entry(element)
            elif name == "Bal":
                self._balance(element)
        if not found:
            raise Unreadable(
                Problem(
                    line=0,
                    column="Stmt",
                    found=_("No statement"),
                    expected=_("A CAMT.053 file with at least one statement"),
                    remedy=_("Check that the bank sent this kind of file"),
                )
            )

    def _elements(self) -> Iterator[tuple[list[str], Element]]:
        """Yield each finished part of a statement with its path, and forget it afterwards."""
        open_ones: list[Element] = []
        path: list[str] = []
        try:
            for event, element in iterparse(self._file, ("start", "end"), forbid_dtd=True):
                if event == "start":
                    open_ones.append(element)
                    path.append(_name(element))
                    continue
                open_ones.pop()
                if path[-1] in ("Stmt", "Ntry", "Bal") and "Ntry" not in path[:-1]:
                    self._file.since_entry = 0
                    yield path, element
                    if open_ones:
                        open_ones[-1].remove(element)
                path.pop()
        except DefusedXmlException as error:
            raise Unreadable(
                Problem(
                    line=0,
                    column="XML",
                    found=_("A document type or entity declaration"),
                    expected=_("Plain XML, as banks send it"),
                    remedy=_("Don't use this file. Ask the bank whether it is theirs"),
                )
            ) from error
        except ParseError as error:
            line, column = error.position
            raise Unreadable(
                Problem(
                    line=line,
                    column=str(column + 1),
                    found=str(error.msg if hasattr(error, "msg") else error),
                    expected=_("Complete and well-formed XML"),
                    remedy=_("The file is cut off or damaged: ask the bank for it again"),
                )
            ) from error

    def _identify(self, statement: Element) -> None:
        self._statement.account = _text(statement, "Acct/Id/IBAN") or _text(
            statement, "Acct/Id/Othr/Id"
        )
        self._statement.sequence = (
            _text(statement, "ElctrncSeqNb")
            or _text(statement, "LglSeqNb")
            or _text(statement, "Id")
        )

    def _balance(self, element: Element) -> None:
        kind = _text(element, "Tp/CdOrPrtry/Cd")
        amount = _amount(element, "Amt")
        if not isinstance(amount, Decimal):
            return
        signed = amount * _sign(element, 1)
        if kind in _OPENING and (self._statement.opening is None or kind == _OPENING[0]):
            self._statement.opening = signed
        elif kind == _CLOSING:
            self._statement.closing = signed
            self._statement.day = _date(element, "Dt") or self._statement.day

    def _entry(self, entry: Element) -> Iterator[Row | Problem]:
        if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) != _BOOKED:
            return  # announced, but not on the account yet
        raw = _as_written(entry)
        amount = _amount(entry, "Amt")
        if not isinstance(amount, Decimal):
            yield self._bad("Amt", amount, _("An amount in pounds (GBP)"), raw)
            return
        if _text(entry, "CdtDbtInd") not in ("CRDT", "DBIT"):
            yield self._bad("CdtDbtInd", _text(entry, "CdtDbtInd"), "CRDT, DBIT", raw)
            return
        column = "BookgDt" if _written_date(entry, "BookgDt") else "ValDt"
        day = _date(entry, column)
        if day is None:
            yield self._bad(column, _written_date(entry, column), _("A day that exists"), raw)
            return
        signed = amount * _sign(entry, 1)
        self._statement.moved += signed
        details = [one for group in _all(entry, "NtryDtls") for one in _all(group, "TxDtls")]
        amounts = [_part(one, _sign(entry, 1)) for one in details]
        if len(details) < 2 or None in amounts:
            yield self._row(entry, details[:1], signed, day, raw)
            return
        total = sum((part for part in amounts if part is not None), ZERO)
        if total != signed:
            yield self._bad(
                "TxDtls/Amt",
                str(total),
                _("Payments that add up to the batch's %(amount)s") % {"amount": signed},
                raw,
            )
            return
        for number, (one, part) in enumerate(zip(details, amounts, strict=True), start=1):
            yield self._row(entry, [one], part or ZERO, day, _as_written(one), number)

    def _row(
        self,
        entry: Element,
        details: list[Element],
        amount: Decimal,
        day: date,
        raw: str,
        number: int = 0,
    ) -> Row:
        detail = details[0] if details else Element("TxDtls")
        own = reference_or_nothing(_text(detail, "Refs/AcctSvcrRef"))
        of_entry = reference_or_nothing(_text(entry, "AcctSvcrRef"))
        numbered = f"{of_entry}/{number}" if of_entry and number else of_entry
        side = "Dbtr" if amount > 0 else "Cdtr"
        return Row(
            number=self._entries,
            raw=raw,
            reference=reference_or_nothing(_text(detail, "RmtInf/Strd/CdtrRefInf/Ref")),
            amount=amount,
            date=day,
            narrative=joined(
                *(one.text for one in _all(detail, "RmtInf/Ustrd")),
                _text(detail, "RmtInf/Strd/CdtrRefInf/Ref"),
                reference_or_nothing(_text(detail, "Refs/EndToEndId")),
                _text(detail, "AddtlTxInf"),
                _text(entry, "AddtlNtryInf"),
            ),
            external_id=own or numbered,
            payer=_text(detail, f"RltdPties/{side}/Nm")
            or _text(detail, f"RltdPties/{side}/Pty/Nm"),
        )

    def _bad(self, column: str, found: Any, expected: str, raw: str) -> Problem:
        return Problem(
            line=self._entries,
            column=column,
            found=str(found or _("nothing")),
            expected=expected,
            remedy=_("Ask the bank for the file again, or leave this account out of it"),
            raw=raw,
        )


def _as_written(element: Element) -> str:
    """Return an element's text; names without the namespace, which the parser numbers anew."""
    for each in element.iter():
        each.tag = _name(each)
    return tostring(element, encoding="unicode").strip()[:LONGEST_RAW]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, path: str) -> list[Element]:
    """Return all elements at a path of names, whatever the version's namespace."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in parent if _name(child) == name]
    return found


def _text(element: Element, path: str) -> str:
    found = _all(element, path)
    return (found[0].text or "").strip() if found else ""


def _sign(element: Element, otherwise: int) -> int:
    return {"CRDT": 1, "DBIT": -1}.get(_text(element, "CdtDbtInd"), otherwise)


def _amount(element: Element, path: str) -> Decimal | str:
    """Return pounds, or the words that are not an amount of pounds."""
    found = _all(element, path)
    if not found:
        return ""
    text, currency = (found[0].text or "").strip(), found[0].get("Ccy", "")
    amount = pounds(text) if currency == _CURRENCY else None
    if amount is None or amount < 0:
        return f"{text} {currency}"
    return amount


def _part(detail: Element, sign_of_entry: int) -> Decimal | None:
    """Return what one payment of a batch moved, or ``None`` when it doesn't say so in pounds."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        amount = _amount(detail, path)
        if isinstance(amount, Decimal):
            return amount * _sign(detail, sign_of_entry)
    return None


def _written_date(element: Element, path: str) -> str:
    return _text(element, f"{path}/Dt") or _text(element, f"{path}/DtTm")


def _date(element: Element, path: str) -> date | None:
    try:
        return date.fromisoformat(_written_date(element, path)[:10])
    except ValueError:
        return None


CAMT053 = Format(
    key="camt053",
    name=gettext_lazy("Bank statement, CAMT.053 (ISO 20022 XML)"),
    open=Camt053Reader,
    sample="camt053.xml",
    fields=(
        Field("Ntry/Amt, CdtDbtInd", gettext_lazy("Amount; DBIT is money out. Only pounds")),
        Field("Ntry/Sts", gettext_lazy("Only booked entries (BOOK) are read")),
        Field("Ntry/BookgDt", gettext_lazy("Date, or ValDt where there is none")),
        Field("NtryDtls/TxDtls", gettext_lazy("The payments of a batch: a row each")),
        Field("RmtInf/Strd/CdtrRefInf/Ref", gettext_lazy("Account reference")),
        Field("RmtInf/Ustrd, Refs/EndToEndId, AddtlNtryInf", gettext_lazy("Narrative")),
        Field("AcctSvcrRef", gettext_lazy("The bank's own number: the same comes once")),
        Field("RltdPties/Dbtr/Nm", gettext_lazy("Payer")),
        Field("Bal OPBD, PRCD, CLBD", gettext_lazy("Opening and closing balance, checked")),
    ),
)
