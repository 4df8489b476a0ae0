"""Lines of text out of bytes: any line ends, no surprises, constant memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import Encoding

from .contract import Problem, Unreadable


_CHUNK = 1 << 18
#: No line of money is nearly as long; a file of one endless line would fill the memory.
LONGEST_LINE = 1_000_000

_MARKS = {
    codecs.BOM_UTF8: Encoding.UTF_8,
    codecs.BOM_UTF16_LE: Encoding.UTF_16,
    codecs.BOM_UTF16_BE: Encoding.UTF_16,
}


def lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file without their ends, be these LF, CRLF or a lone CR.

    A byte-order mark is left out. Raises ``Unreadable``, with line and place, for bytes that are
    not in the encoding, for characters no text has, and for lines without end.
    """
    first = file.read(_CHUNK)
    decoder, first = _decoder(first, encoding)
    carry = ""
    number = consumed = 0
    chunk = first
    while chunk:
        waiting = len(decoder.getstate()[0])
        try:
            text = carry + decoder.decode(chunk)
        except UnicodeDecodeError as error:
            place = consumed - waiting + error.start
            good = carry + error.object[: error.start].decode(encoding, "replace")
            raise _undecodable(error, place, number, good, encoding) from error
        consumed += len(chunk)
        chunk = file.read(_CHUNK)
        held = ""
        if text.endswith("\r") and chunk:
            text, held = text[:-1], "\r"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            raise _binary(number + text.count("\n", 0, text.index("\0")) + 1)
        found = text.split("\n")
        carry = found.pop() + held
        number += len(found)
        yield from found
        if len(carry) > LONGEST_LINE:
            raise _endless(number + 1)
    if decoder.getstate()[0]:
        raise _cut_in_a_character(number + 1)
    if carry:
        yield carry


def _decoder(first: bytes, encoding: str) -> tuple[codecs.IncrementalDecoder, bytes]:
    for mark, marked in _MARKS.items():
        if not first.startswith(mark):
            continue
        if marked != encoding:
            raise Unreadable(
                Problem(
                    line=1,
                    column="",
                    found=_("a mark that says the file is in %(encoding)s")
                    % {"encoding": marked.value.upper()},
                    expected=encoding.upper(),
                    remedy=_("Choose %(encoding)s in the import type, or save the file anew")
                    % {"encoding": marked.value.upper()},
                )
            )
        if marked == Encoding.UTF_8:
            first = first[len(mark) :]
    return codecs.getincrementaldecoder(encoding)(), first


def _undecodable(
    error: UnicodeDecodeError, place: int, number: int, good: str, encoding: str
) -> Unreadable:
    good = good.replace("\r\n", "\n").replace("\r", "\n")
    line = number + good.count("\n") + 1
    column = len(good) - (good.rfind("\n") + 1) + 1
    return Unreadable(
        Problem(
            line=line,
            column=_("character %(column)d") % {"column": column},
            found=_("byte %(byte)s at place %(place)d of the file")
            % {"byte": f"0x{error.object[error.start]:02X}", "place": place + 1},
            expected=_("text in %(encoding)s") % {"encoding": encoding.upper()},
            remedy=_("Choose the encoding the sender uses in the import type"),
        )
    )


def _binary(line: int) -> Unreadable:
    return Unreadable(
        Problem(
            line=line,
            column="",
            found=_("a character that no text holds"),
            expected=_("a file of text"),
            remedy=_("Choose the import type for this kind of file, or ask for the file as text"),
        )
    )


def _endless(line: int) -> Unreadable:
    return Unreadable(
        Problem(
            line=line,
            column="",
            found=_("a line of more than %(most)s characters") % {"most": f"{LONGEST_LINE:,}"},
            expected=_("one row a line"),
            remedy=_("Ask the sender for the file again: its line ends are missing"),
        )
    )


def _cut_in_a_character(line: int) -> Unreadable:
    return Unreadable(
        Problem(
            line=line,
            column="",
            found=_("the end of the file within a character"),
            expected=_("a whole file"),
            remedy=_("The file was cut off: ask for it again"),
        )
    )
