"""Keeping patterns that run away out of the database.

Python's matcher has no time limit, so a pattern is judged before it is stored: how many ways could
it try the longest text that is looked at? ``(a+)+`` has more than there are seconds in a century.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from .references import LONGEST_TEXT


#: Two repeats without an upper limit and some choices beside them; a few milliseconds at worst.
MOST_WAYS = 80_000


class PatternRefused(ValueError):
    """The pattern can't be used; the message is fit to show to the person who wrote it."""


def check_pattern(pattern: str) -> None:
    """Raise ``PatternRefused`` unless the pattern compiles and can't run away."""
    parser = re._parser  # type: ignore[attr-defined]
    try:
        parsed = parser.parse(pattern, re.ASCII | re.IGNORECASE)
        # As it is used: within a larger expression, where flags for the whole can't stand.
        re.compile(f"(?i:{pattern})", re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternRefused(_("This is not a regular expression: %s") % error) from error
    if _ways(parsed) > MOST_WAYS:
        raise PatternRefused(
            _(
                "This pattern could take very long on some references. Avoid repeats inside "
                "repeats, and several repeats without an upper limit"
            )
        )


def _ways(parsed: Iterable[tuple[Any, Any]]) -> int:
    """Return in how many ways the matcher may go through a sequence, no more than the cap."""
    ways = 1
    for operation, argument in parsed:
        ways = min(ways * _ways_of_one(str(operation), argument), MOST_WAYS + 1)
    return ways


def _ways_of_one(operation: str, argument: Any) -> int:
    match operation:
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "RANGE" | "AT" | "CATEGORY":
            return 1
        case "SUBPATTERN":
            return _ways(argument[3])
        case "ATOMIC_GROUP":
            return _ways(argument)
        case "BRANCH":
            return min(sum(_ways(branch) for branch in argument[1]), MOST_WAYS + 1)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = argument
            inside = _ways(body)
            ways = 0
            for times in range(min(least, LONGEST_TEXT), min(most, LONGEST_TEXT) + 1):
                ways = min(ways + inside**times, MOST_WAYS + 1)
            return ways
        case _:
            # Look-arounds, back references and conditions: no reference needs them.
            return MOST_WAYS + 1
