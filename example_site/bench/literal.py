"""The reference rules read slowly and literally, character by character, as people describe them.

The compiled rules must agree with this reading for every rule and every text.
"""

import re

from ims_wagtail.funds.models import CheckDigit, ReferenceRule


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
PRINTABLE = "".join(chr(number) for number in range(32, 127))


def check_character(config: CheckDigit, reference: str) -> str | None:
    if config.algorithm == "weighted_sum":
        prefix = config.source_prefix
        if len(prefix) > len(reference):
            return None
        source = prefix + reference[len(prefix) :]
        if len(source) > len(config.weights):
            return None
        total = 0
        for position, character in enumerate(source):
            if character in DIGITS:
                total += int(character) * config.weights[position]
        result = total % config.modulus
        if config.subtract:
            result = config.modulus - result
    else:
        source = reference[:-1]
        if len(source) > len(config.weights):
            return None
        total = 0
        for position, character in enumerate(source):
            if character not in DIGITS:
                continue
            digit = int(character)
            if position % 2 == 1:
                total += digit
                continue
            value = digit * config.weights[position]
            if value > 10:
                value = value - 10
            if digit > 4:
                value = value + 1
            total += value
        result = config.modulus - total % config.modulus
    return config.substitutions.get(str(result), str(result)).upper()


def normalise(rule: ReferenceRule, typed: str) -> str:
    text = typed
    if rule.ignore_spaces and " " not in rule.mask and "*" not in rule.mask:
        for space in [" ", "\t", "\u00a0", "\u202f"]:
            text = text.replace(space, "")
    if rule.ignore_hyphens and "-" not in rule.mask and "*" not in rule.mask:
        for hyphen in ["-", "\u2010", "\u2011", "\u2013"]:
            text = text.replace(hyphen, "")
    return text.strip()


def fits(rule: ReferenceRule, character: str, place: str) -> bool:
    if place == "$":
        return character in LETTERS
    if place == "#":
        return character in DIGITS
    if place == "?":
        return character in LETTERS + DIGITS
    if place == "*":
        return character in LETTERS + DIGITS + " /-"
    if place == "@":
        return True
    return character == place.upper()


def outcome(rule: ReferenceRule, typed: str) -> str:
    """Return the normalised reference after "ok", or the code of the first thing wrong."""
    if len(typed) > 100:
        return "length"
    text = normalise(rule, typed)
    if text == "":
        return "blank"
    if any(character not in PRINTABLE for character in text):
        return "characters"
    text = text.upper()
    allowed = {
        "": PRINTABLE,
        "letters": LETTERS,
        "letters_space": LETTERS + " ",
        "digits": DIGITS,
        "digits_space": DIGITS + " ",
        "letters_digits": LETTERS + DIGITS,
        "letters_digits_space": LETTERS + DIGITS + " ",
    }[rule.character_type]
    if any(character not in allowed for character in text):
        return "characters"
    if len(text) < rule.minimum_length or len(text) > rule.maximum_length:
        return "length"
    if rule.pattern and not re.fullmatch(rule.pattern, text, re.ASCII | re.IGNORECASE):
        return "pattern"
    if rule.mask:
        if len(text) != len(rule.mask):
            return "mask"
        if not all(fits(rule, c, place) for c, place in zip(text, rule.mask, strict=True)):
            return "mask"
    if rule.check_digit is not None:
        position = rule.mask.index("@") if "@" in rule.mask else len(text) - 1
        if check_character(rule.check_digit, text) != text[position]:
            return "check_digit"
    elif "@" in rule.mask:
        return "check_digit"
    return "ok " + text
