"""Reading the file of a set-up pack, whoever wrote it: anything odd is refused with its place."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .sections import SECTION_NAMES


FORMAT = "ims_wagtail set-up pack"
VERSION = 1
MAXIMUM_BYTES = 5 * 1024 * 1024
MAXIMUM_ROWS = 10_000
_MAXIMUM_DEPTH = 8


class PackUnreadable(ValueError):
    """The file is not a set-up pack; the message says why and what to do."""


def parse(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each section that a file holds. Raises ``PackUnreadable``."""
    if len(content) > MAXIMUM_BYTES:
        raise PackUnreadable(
            _("The file is larger than 5 MB, which no set-up pack is. Choose the exported file.")
        )
    pack = _loaded(content)
    if not isinstance(pack, dict) or pack.get("format") != FORMAT:
        raise PackUnreadable(
            _("This is not a set-up pack. Choose a file exported under Income, Set-up packs.")
        )
    if pack.get("version") != VERSION or isinstance(pack["version"], bool):
        raise PackUnreadable(
            _("This site reads version %(version)s of set-up packs, and the file is another.")
            % {"version": VERSION}
        )
    if unknown := sorted(set(pack) - {"format", "version", "sections"}):
        raise PackUnreadable(
            _("The pack holds “%(name)s”, which this site doesn’t know. Take it out.")
            % {"name": unknown[0][:80]}
        )
    sections = pack.get("sections")
    if not isinstance(sections, dict):
        raise PackUnreadable(_("The pack lacks its sections. Export it again."))
    return _checked(sections)


def _checked(sections: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    count = 0
    for name, rows in sections.items():
        if name not in SECTION_NAMES:
            raise PackUnreadable(
                _("This site doesn’t know the section “%(name)s”. Update the site or take it out.")
                % {"name": name[:80]}
            )
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PackUnreadable(
                _("The section “%(name)s” must be a list of objects.") % {"name": name}
            )
        count += len(rows)
        for text, depth in _texts(rows, 0):
            if depth > _MAXIMUM_DEPTH:
                raise PackUnreadable(
                    _("The section “%(name)s” is nested too deeply.") % {"name": name}
                )
            if not _storable(text):
                raise PackUnreadable(
                    _("The section “%(name)s” holds a character that can’t be stored: %(text)s")
                    % {"name": name, "text": ascii(text)[:80]}
                )
    if count > MAXIMUM_ROWS:
        raise PackUnreadable(
            _("The pack holds more than %(most)s rows. Import it in parts.")
            % {"most": f"{MAXIMUM_ROWS:,}"}
        )
    return sections


def _loaded(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PackUnreadable(_("The file is not text in UTF-8. Save it as UTF-8.")) from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except json.JSONDecodeError as error:
        raise PackUnreadable(
            _("The file is not JSON: look at line %(line)s, column %(column)s.")
            % {"line": error.lineno, "column": error.colno}
        ) from None
    except RecursionError:
        raise PackUnreadable(_("The file is nested too deeply.")) from None
    except PackUnreadable:
        raise
    except ValueError:
        # Python's own guard against numbers of thousands of digits.
        raise PackUnreadable(_("The file holds a number that is too long.")) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise PackUnreadable(
            _("“%(name)s” stands twice in one object. Take one out.") % {"name": twice[:80]}
        )
    return found


def _no_float(text: str) -> None:
    raise PackUnreadable(
        _("Numbers with a point are written in quotes: %(text)s") % {"text": text[:20]}
    )


def _texts(value: Any, depth: int) -> Iterator[tuple[str, int]]:
    """Yield every text in a value with its depth; an empty one for each list and object."""
    if isinstance(value, str):
        yield value, depth
        return
    if not isinstance(value, (list, dict)):
        return
    yield "", depth
    if depth > _MAXIMUM_DEPTH:
        return
    for item in value if isinstance(value, list) else [*value, *value.values()]:
        yield from _texts(item, depth + 1)


def _storable(text: str) -> bool:
    """PostgreSQL keeps neither the null character nor halves of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
