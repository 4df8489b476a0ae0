"""Translations without gettext's programs: extract from code and templates, merge, compile.

``tools/messages.py`` brings every ``.po`` file up to date with the code; ``tools/messages.py
compile`` writes the ``.mo`` files beside them, which Django reads and the wheel carries.
"""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ims_wagtail"
LOCALES = PACKAGE / "locale"
SKIPPED = {"migrations", "static", "locale", "__pycache__"}

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

#: Django's names for what gettext's own programs know under other names.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def sources() -> Iterator[tuple[str, bytes]]:
    """Yield every Python file, and every template as the Python that Django makes of it."""
    from django.utils.translation.template import templatize

    for folder, folders, files in os.walk(PACKAGE):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(files):
            path = Path(folder) / name
            relative = path.relative_to(ROOT).as_posix()
            if path.suffix == ".py":
                yield relative, path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                code = templatize(path.read_text("utf-8"), origin=relative)
                # A template's indentation is not Python's.
                yield relative, "\n".join(map(str.lstrip, code.splitlines())).encode()


@dataclass(frozen=True, slots=True)
class Marked:
    """A string marked for translation; a plural has two forms in English."""

    path: str
    line: int
    message: str | tuple[str, ...]
    comments: list[str]
    context: str | None


def marked_strings() -> Iterator[Marked]:
    """Yield every string of code and templates that is marked for translation."""
    from babel.messages.extract import extract as babel_extract

    for path, source in sources():
        for line, message, comments, context in babel_extract(
            "python", io.BytesIO(source), KEYWORDS, ["Translators:"], {"encoding": "utf-8"}
        ):
            yield Marked(path, line, message, comments, context)


def extract() -> None:
    """Merge the strings of the code into every catalogue, keeping what is translated."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    found = Catalog(project="ims_wagtail", charset="utf-8")
    for marked in marked_strings():
        flags = {"python-format"} if PLACEHOLDER.search(str(marked.message)) else set()
        found.add(
            marked.message,
            None,
            [(marked.path, marked.line)],
            flags,
            (),
            marked.comments,
            context=marked.context,
        )
    for po in catalogues():
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parts[-3])
        catalogue.update(found, no_fuzzy_matching=True)
        with po.open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
        done = len([m for m in catalogue if m.id and is_translated(m.string)])
        print(f"{po.relative_to(ROOT)}: {done} of {len(catalogue)} strings translated")


def is_translated(string: str | Iterable[str] | None) -> bool:
    """Say whether a message, in all its plural forms, has a translation."""
    return all([string] if string is None or isinstance(string, str) else string)


def compile_catalogues() -> None:
    """Write the ``.mo`` beside every ``.po`` that is newer than it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in catalogues():
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        with mo.open("wb") as target:
            write_mo(target, catalogue)
        print(f"{mo.relative_to(ROOT)}: compiled")


def catalogues() -> list[Path]:
    """Return every ``.po`` file of the package."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))


def main(arguments: list[str]) -> int:
    """Extract, or with ``compile`` compile. Returns the exit code."""
    if arguments == ["compile"]:
        compile_catalogues()
    elif not arguments:
        extract()
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
