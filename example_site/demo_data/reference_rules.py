"""What account references look like, and references that hold.

The check digits are those of the councils' earlier system. Its demo rules asked for letters only
where references are digits, so that nothing could be paid; here the character types are right.
"""

from typing import Any

from ims_wagtail.funds.enums import CharacterType, CheckDigitAlgorithm
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import check_character


_CHECK_DIGITS: tuple[dict[str, Any], ...] = (
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

_RULES: tuple[dict[str, Any], ...] = (
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

# The first of the numbers that a rule's references are counted from, and the way there: real
# systems leave gaps, and neighbours that differ in one digit make poor examples.
_NUMBERS = {
    "Council tax and business rates": (77_000_001, 137),
    "Housing rents": (6_110_051_368, 229),
    "Parking fines": (9_751_434, 53),
    "Fixed penalty notices": (2_000_005, 71),
    "Library charges": (2_900_100_012_345, 1_009),
    "Invoices": (9_000_104_212, 317),
    "Older invoices": (1_000_230_117, 211),
    "Benefit overpayments": (40_110_254, 173),
    "Miscellaneous income": (72_101_500_300, 1),
}


def build() -> dict[str, ReferenceRule]:
    """Make the check digits and the rules; return the rules by name."""
    check_digits = {
        data["name"]: CheckDigit.objects.create(
            **{"algorithm": CheckDigitAlgorithm.WEIGHTED_SUM, **data}
        )
        for data in _CHECK_DIGITS
    }
    rules = {}
    for data in _RULES:
        rule = ReferenceRule(**data | {"check_digit": check_digits.get(data.get("check_digit"))})
        if rule.mask:
            rule.minimum_length = rule.maximum_length = len(rule.mask)
        rule.example = example(rule, 0)
        rule.save()
        rules[rule.name] = rule
    return rules


def example(rule: ReferenceRule, number: int) -> str:
    """Return the ``number``th reference that holds under one of the rules above, from 0."""
    if rule.name == "Landlord licences":
        return f"ALS/{2021 + number % 4}/{1207 + number * 13 % 8000:04}"
    if rule.name == "Planning and building control":
        return f"{24 + number % 2}/{312 + number * 7:05}/FUL"
    if rule.name == "Market stalls":
        return f"{1 + number % 60}-ROW-{'ABCDEF'[number % 6]}"
    if rule.name == "Any reference":
        return f"REF-{100 + number}"
    start, step = _NUMBERS[rule.name]
    return fill(rule, start + number * step)


def fill(rule: ReferenceRule, number: int) -> str:
    """Write a number into the rule's mask, with its check character. The check stands last."""
    digits = str(number).zfill(rule.mask.count("#"))
    if len(digits) > rule.mask.count("#"):
        raise ValueError(f"{number} does not fit {rule.mask}")
    waiting = iter(digits)
    body = ""
    for symbol in rule.mask.removesuffix("@"):
        body += next(waiting) if symbol == "#" else "M" if symbol == "$" else symbol
    if rule.check_digit is None:
        return body
    return body + check_character(rule.check_digit, body + "0")
