"""Exporting the set-up as one readable file."""

import json

from .parsing import FORMAT, VERSION
from .rows import Site, hashable, key_in
from .sections import SECTIONS


def export() -> str:
    """Return the set-up as JSON that is the same whenever the set-up is: no ids, no times."""
    site = Site()
    sections = {
        section.name: sorted(
            (
                site.written(section, row)
                for row in site.rows[section.model].values()
                if section.exports is None or section.exports(row)
            ),
            key=lambda row: hashable(key_in(section, row)),
        )
        for section in SECTIONS
    }
    pack = {"format": FORMAT, "version": VERSION, "sections": sections}
    return json.dumps(pack, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
