"""Rules councils use, ready to be added: those of the councils' earlier system, put right.

That system asked for letters only where references are digits, so that nothing could be paid, and
let a reference through when it was shorter than its mask. The check digits are unchanged.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from .enums import CharacterType, CheckDigitAlgorithm
from .models import CheckDigit, ReferenceRule


CHECK_DIGITS: tuple[dict[str, Any], ...] = (
    {
        "name": "Parking fines",
        "modulus": 11,
        "weights": [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
        "source_prefix": "05",
        "substitutions": {"10": "A"},
    },
    {
        "name": "Council tax and business rates",
        "modulus": 10,
        "weights": [3, 7, 1, 3, 7, 1, 3, 7, 0],
        "substitutions": {"10": "0"},
        "subtract": True,
    },
    {
        "name": "Fixed penalty notices",
        "modulus": 11,
        "weights": [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
        "source_prefix": "12",
        "substitutions": {"10": "A"},
    },
    {
        "name": "Housing rents",
        "modulus": 10,
        "weights": [0, 0, 9, 7, 1, 4, 6, 3, 2, 8, 0],
        "substitutions": {"10": "0"},
        "subtract": True,
    },
    {
        "name": "Library charges",
        "algorithm": CheckDigitAlgorithm.DYNIX,
        "modulus": 10,
        "weights": [2, 0] * 7,
        "substitutions": {"10": "0"},
    },
)

RULES: tuple[dict[str, Any], ...] = (
    {
        "name": "Council tax and business rates",
        "mask": "########@",
        "character_type": CharacterType.DIGITS,
        "check_digit": "Council tax and business rates",
        "ignore_hyphens": True,
    },
    {
        "name": "Housing rents",
        "mask": "##########@",
        "character_type": CharacterType.DIGITS,
        "check_digit": "Housing rents",
        "ignore_hyphens": True,
    },
    {
        "name": "Parking fines",
        "mask": "BJ#######@",
        "character_type": CharacterType.LETTERS_DIGITS,
        "check_digit": "Parking fines",
    },
    {
        "name": "Fixed penalty notices",
        "mask": "FP#######@",
        "character_type": CharacterType.LETTERS_DIGITS,
        "check_digit": "Fixed penalty notices",
    },
    {
        "name": "Library charges",
        "mask": "#############@",
        "character_type": CharacterType.DIGITS,
        "check_digit": "Library charges",
    },
    {
        "name": "Invoices",
        "mask": "##########",
        "pattern": "[39][0-9]{9}",
        "character_type": CharacterType.DIGITS,
    },
    {
        "name": "Older invoices",
        "mask": "$##########",
        "pattern": "[MP][0-9]{10}",
        "character_type": CharacterType.LETTERS_DIGITS,
    },
    {
        "name": "Benefit overpayments",
        "mask": "########",
        "character_type": CharacterType.DIGITS,
    },
    {
        "name": "Miscellaneous income",
        "mask": "###########",
        "character_type": CharacterType.DIGITS,
    },
    {"name": "Landlord licences", "mask": "ALS/####/####"},
    {
        "name": "Planning and building control",
        "minimum_length": 6,
        "maximum_length": 30,
        "pattern": "[A-Z0-9][A-Z0-9/-]*",
    },
    {
        "name": "Market stalls",
        "minimum_length": 5,
        "maximum_length": 30,
        "pattern": "[0-9][A-Z0-9/-]*",
    },
    {
        "name": "Any reference",
        "minimum_length": 1,
        "maximum_length": 30,
        "pattern": "[A-Z0-9][A-Z0-9/-]*",
    },
)


def names() -> list[str]:
    """Return the names of the rules in the library."""
    return [data["name"] for data in RULES]


def check_digit(name: str) -> CheckDigit:
    """Return an unsaved check digit of the library."""
    data = next(data for data in CHECK_DIGITS if data["name"] == name)
    return CheckDigit(**{"algorithm": CheckDigitAlgorithm.WEIGHTED_SUM, **data})


def rule(name: str) -> ReferenceRule:
    """Return an unsaved rule of the library, with its unsaved check digit."""
    data = dict(next(data for data in RULES if data["name"] == name))
    if "check_digit" in data:
        data["check_digit"] = check_digit(data["check_digit"])
    if mask := data.get("mask"):
        data["minimum_length"] = data["maximum_length"] = len(mask)
    return ReferenceRule(**data)


def _columns(config: CheckDigit) -> dict[str, Any]:
    return {
        field.name: getattr(config, field.name)
        for field in CheckDigit._meta.concrete_fields
        if not field.primary_key
    }


@transaction.atomic
def add(names: Iterable[str]) -> list[ReferenceRule]:
    """Save rules of the library, with the check digits they need; return those that are new.

    A rule or check digit of the same name that is there already stays as it is.
    """
    added = []
    for name in names:
        if ReferenceRule.objects.filter(name=name).exists():
            continue
        new = rule(name)
        if needed := new.check_digit:
            found, _created = CheckDigit.objects.get_or_create(
                name=needed.name, defaults=_columns(needed)
            )
            new.check_digit = found
        new.full_clean()
        new.save()
        added.append(new)
    return added
