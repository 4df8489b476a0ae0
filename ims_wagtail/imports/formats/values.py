"""Amounts and days as files write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import AmountSign, DateFormat
from ims_wagtail.money import MAXIMUM, PENNY


class NotAValue(ValueError):
    """A text is not what it should be; the message says what was expected."""


_PLAIN = re.compile(r"-?[0-9]{1,10}\.[0-9]{2}", re.ASCII).fullmatch
_WRITTEN = re.compile(
    r"(?P<open>\()?(?P<before>[+-])?£?"
    r"(?P<pounds>[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3})+)?(?P<part>\.[0-9]+)?"
    r"(?P<after>[+-]|CR|DR)?(?P<close>\))?",
    re.ASCII,
).fullmatch
_DIGITS = re.compile(r"(?P<before>[+-])?(?P<digits>[0-9]{1,14})(?P<after>[+-]|CR|DR)?", re.ASCII)


def read_amount(text: str) -> Decimal:
    """Read pounds with a point, such as ``-1,234.50``, ``12.00-``, ``(3.20)`` or ``5.00DR``.

    Raises ``NotAValue``.
    """
    if _PLAIN(text):
        return Decimal(text)
    match = _WRITTEN("".join(text.split()).upper())
    if (
        match is None
        or not (match["pounds"] or match["part"])
        or bool(match["open"]) != bool(match["close"])
        or sum(map(bool, (match["open"], match["before"], match["after"]))) > 1
    ):
        raise NotAValue(_("an amount such as 1234.56"))
    amount = Decimal((match["pounds"] or "0").replace(",", "") + (match["part"] or ""))
    taken = match["open"] or match["before"] == "-" or match["after"] in ("-", "DR")
    return _exact(-amount if taken else amount)


def pence_reader(decimals: int) -> Callable[[str], Decimal]:
    """Return what reads amounts without a point, the last ``decimals`` digits being pence."""

    def read(text: str) -> Decimal:
        match = _DIGITS.fullmatch(text.strip().upper())
        if match is None or (match["before"] and match["after"]):
            raise NotAValue(_("digits only, such as 0000123456"))
        amount = Decimal(match["digits"]).scaleb(-decimals)
        taken = match["before"] == "-" or match["after"] in ("-", "DR")
        return _exact(-amount if taken else amount)

    return read


def amount_reader(*, decimals: int | None, sign: AmountSign) -> Callable[[str], Decimal]:
    """Return what reads amounts of a layout in pounds, money in positive."""
    read = read_amount if decimals is None else pence_reader(decimals)
    if sign == AmountSign.AS_WRITTEN:
        return read
    return lambda text: -read(text)


def _exact(amount: Decimal) -> Decimal:
    if abs(amount) > MAXIMUM:
        raise NotAValue(_("an amount of less than £10,000,000,000"))
    pennies = amount.quantize(PENNY)
    if pennies != amount:
        raise NotAValue(_("an amount in whole pence"))
    return pennies


#: Formats of digits alone, in which a digit that is missing would shift the others.
_COMPACT = {
    DateFormat.COMPACT: 8,
    DateFormat.SHORT: 6,
    DateFormat.DAY_FIRST: 8,
    DateFormat.SHORT_DAY_FIRST: 6,
}


def date_reader(written: str) -> Callable[[str], date]:
    """Return what reads days written in a ``DateFormat``. The function raises ``NotAValue``."""
    shape = DateFormat(written)
    length = _COMPACT.get(shape)

    @lru_cache(maxsize=4096)
    def read(text: str) -> date:
        try:
            if not text.isascii() or (length and len(text) != length):
                raise ValueError(text)
            return datetime.strptime(text, written).date()
        except ValueError as error:
            raise NotAValue(
                _("a day that exists, written as %(example)s") % {"example": shape.label}
            ) from error

    return read
