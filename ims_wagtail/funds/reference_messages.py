"""What residents read when a reference breaks its rule: what is wrong, what right looks like."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from .enums import CharacterType


if TYPE_CHECKING:
    from .references import RuleFacts


_EXACTLY = {
    "digits": ngettext_lazy(
        "%(label)s must be %(count)d digit", "%(label)s must be %(count)d digits", "count"
    ),
    "letters": ngettext_lazy(
        "%(label)s must be %(count)d letter", "%(label)s must be %(count)d letters", "count"
    ),
    "characters": ngettext_lazy(
        "%(label)s must be %(count)d character", "%(label)s must be %(count)d characters", "count"
    ),
}
_BETWEEN = {
    "digits": gettext_lazy("%(label)s must be between %(least)d and %(most)d digits"),
    "letters": gettext_lazy("%(label)s must be between %(least)d and %(most)d letters"),
    "characters": gettext_lazy("%(label)s must be between %(least)d and %(most)d characters"),
}
_ONLY: dict[str, object] = {
    CharacterType.LETTERS: gettext_lazy("%(label)s must only include letters a to z"),
    CharacterType.LETTERS_SPACE: gettext_lazy(
        "%(label)s must only include letters a to z and spaces"
    ),
    CharacterType.DIGITS: gettext_lazy("%(label)s must only include digits 0 to 9"),
    CharacterType.DIGITS_SPACE: gettext_lazy(
        "%(label)s must only include digits 0 to 9 and spaces"
    ),
    CharacterType.LETTERS_DIGITS: gettext_lazy(
        "%(label)s must only include letters a to z and digits 0 to 9"
    ),
    CharacterType.LETTERS_DIGITS_SPACE: gettext_lazy(
        "%(label)s must only include letters a to z, digits 0 to 9 and spaces"
    ),
}
_PLAIN = gettext_lazy("%(label)s must only include letters, digits and plain punctuation")


def describe(*, code: str, rule: "RuleFacts", label: str) -> str:
    """Return the sentence for one way of breaking ``rule``, with its example when it has one.

    ``label`` is what the page calls the reference; empty is “Reference”.
    """
    label = label or _("Reference")
    if code == "blank":
        return _with_example(_("Enter your %(label)s") % {"label": within(label)}, rule)
    if code == "characters":
        only = _ONLY.get(rule.character_type, _PLAIN)
        return _with_example(str(only) % {"label": label}, rule)
    if code == "length":
        return _with_example(_length(rule, label), rule)
    if code == "check_digit":
        return _check_digit(rule, label)
    return _form(rule, label)


def _with_example(sentence: str, rule: "RuleFacts") -> str:
    if not rule.example:
        return sentence
    return _("%(sentence)s, like %(example)s") % {"sentence": sentence, "example": rule.example}


def _check_digit(rule: "RuleFacts", label: str) -> str:
    facts = {"label": within(label), "example": rule.example}
    if rule.example:
        return (
            _(
                "Check your %(label)s: one of its characters is wrong or two are swapped. "
                "It looks like %(example)s"
            )
            % facts
        )
    return _("Check your %(label)s: one of its characters is wrong or two are swapped") % facts


def _form(rule: "RuleFacts", label: str) -> str:
    if rule.example:
        return _("%(label)s must look like %(example)s") % {
            "label": label,
            "example": rule.example,
        }
    if rule.mask:
        return _("%(label)s must look like %(form)s, with a digit for 9 and a letter for A") % {
            "label": label,
            "form": "".join(_FORM.get(c, c.upper()) for c in rule.mask),
        }
    return _("Check your %(label)s: it is not in the form we use") % {"label": within(label)}


_FORM = {"$": "A", "#": "9", "?": "9", "*": "9", "@": "9"}


def _length(rule: "RuleFacts", label: str) -> str:
    unit = "characters"
    if rule.character_type in (CharacterType.DIGITS, CharacterType.DIGITS_SPACE):
        unit = "digits"
    elif rule.character_type in (CharacterType.LETTERS, CharacterType.LETTERS_SPACE):
        unit = "letters"
    if rule.minimum_length == rule.maximum_length:
        return str(_EXACTLY[unit] % {"label": label, "count": rule.maximum_length})
    return str(_BETWEEN[unit]) % {
        "label": label,
        "least": rule.minimum_length,
        "most": rule.maximum_length,
    }


def within(label: str) -> str:
    """Return a label as it stands inside a sentence: “Account number” but not “PCN” in small."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
