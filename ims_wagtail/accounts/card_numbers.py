"""Spotting a card number typed where it does not belong, so that it is never stored."""

import re


_SEPARATORS = str.maketrans("", "", " \t\u00a0\u202f-\u2010\u2011\u2013")
_RUN = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")


def looks_like_card_number(text: str) -> bool:
    """Tell whether a text holds 13 to 19 digits, spaced or not, that pass the card check (Luhn)."""
    return any(_luhn(run) for run in _RUN.findall(text.translate(_SEPARATORS)))


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
