"""References that hold under the rules of the library, as many as the demo needs."""

from ims_wagtail.funds import rule_library
from ims_wagtail.funds.models import ReferenceRule
from ims_wagtail.funds.references import check_character


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
    """Add every rule of the library, with an example of the demo's own; return them by name."""
    rules = {rule.name: rule for rule in rule_library.add(rule_library.names())}
    for rule in rules.values():
        rule.example = example(rule, 0)
        rule.save()
    return rules


def example(rule: ReferenceRule, number: int) -> str:
    """Return the ``number``th reference that holds under a rule of the library, from 0."""
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
