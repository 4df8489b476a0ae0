"""Lists of references as people paste or upload them, checked one line at a time.

Nothing is held but the line at hand, so a million references need no more memory than ten.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ims_wagtail.funds.references import ReferenceInvalid


MAXIMUM_REFERENCES = 1_000_000
#: How many failures a screen shows; the rest is for the download.
SHOWN = 20

_SEPARATORS = ",;\t"
#: Spreadsheets end in rows of empty columns.
_NOTHING = _SEPARATORS + " \r\n"
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?!")')


class ListUnreadable(ValueError):
    """A list isn't text in UTF-8, has a broken line, holds nothing or holds too much.

    ``code`` is encoding, quotes, empty or many; ``line`` says where, if that is one place.
    """

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Failure:
    """A reference that does not hold: where it stands, and the code of what is wrong."""

    line: int
    reference: str
    code: str


@dataclass(slots=True)
class Tally:
    """What came of a list."""

    tested: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    first: list[Failure] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return self.by_code.total()

    @property
    def good(self) -> int:
        return self.tested - self.failed


def lines_of_file(file: Any) -> Iterator[str]:
    """Yield the lines of an uploaded file from its start. Raises ``ListUnreadable``."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig")
    try:
        # Not "yield from", which would close the file as soon as nobody asks for more.
        for line in text:  # noqa: UP028
            yield line
    except UnicodeDecodeError as error:
        raise ListUnreadable("encoding") from error
    finally:
        # Otherwise the file would be closed with its reader, and could not be read again.
        if not file.closed:
            text.detach()


def lines_of_text(text: str) -> Iterator[str]:
    """Yield the lines of pasted text."""
    yield from io.StringIO(text, newline=None)


def references_in(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the first column of each line that holds anything, with the line's number.

    Raises ``ListUnreadable`` for what is not a list of at most a million references.
    """
    found = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip(_NOTHING):
            continue
        if "\0" in line:
            raise ListUnreadable("encoding")
        found += 1
        if found > MAXIMUM_REFERENCES:
            raise ListUnreadable("many")
        yield number, _first_column(line.rstrip("\n"), number)
    if not found:
        raise ListUnreadable("empty")


def _first_column(line: str, number: int) -> str:
    if not line.startswith('"'):
        return line[: min((at for at in map(line.find, _SEPARATORS) if at >= 0), default=None)]
    # A quotation mark inside a quoted cell is written twice.
    quoted = _QUOTED.match(line)
    if quoted is None:
        raise ListUnreadable("quotes", number)
    return quoted[1].replace('""', '"')


def failures_in(
    references: Iterable[tuple[int, str]], check: Callable[[str], str]
) -> Iterator[Failure]:
    """Yield the references that break a compiled rule."""
    for line, reference in references:
        try:
            check(reference)
        except ReferenceInvalid as invalid:
            yield Failure(line, reference, invalid.code)


def tally(references: Iterable[tuple[int, str]], check: Callable[[str], str]) -> Tally:
    """Count what holds and what does not, and keep the first failures."""
    result = Tally()

    def counted() -> Iterator[tuple[int, str]]:
        for item in references:
            result.tested += 1
            yield item

    for failure in failures_in(counted(), check):
        result.by_code[failure.code] += 1
        if len(result.first) < SHOWN:
            result.first.append(failure)
    return result
