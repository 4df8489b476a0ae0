"""Controls that take typed text, a date, a file or one of a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .html import attributes, join_classes, text
from .question import Question, form_group, grouped, label, notes


def text_input(
    question: Question,
    *,
    value: object = None,
    input_type: str = "text",
    classes: str = "",
    prefix: str = "",
    suffix: str = "",
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a one-line input, with ``£`` before it or a unit after it where given."""
    control = _input(
        question,
        value=value,
        input_type=input_type,
        classes=classes,
        attrs={"aria-describedby": question.described_by or None, **(attrs or {})},
    )
    if prefix or suffix:
        before = _affix(prefix, "prefix")
        control = (
            f'<div class="govuk-input__wrapper">{before}{control}{_affix(suffix, "suffix")}</div>'
        )
    return form_group(label(question) + notes(question) + control, error=question.error)


def textarea(
    question: Question,
    *,
    value: object = "",
    rows: int = 5,
    classes: str = "",
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a box for several lines."""
    return form_group(
        label(question)
        + notes(question)
        + _textarea(question, value, rows, classes, question.described_by, attrs),
        error=question.error,
    )


def character_count(
    question: Question,
    *,
    max_length: int,
    value: object = "",
    rows: int = 5,
    classes: str = "",
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a box for several lines that says how many characters are left."""
    described_by = join_classes(f"{question.id}-info", question.described_by)
    allowance = _("You can enter up to %(count)s characters") % {"count": max_length}
    inner = (
        label(question)
        + notes(question)
        + _textarea(
            question,
            value,
            rows,
            join_classes("govuk-js-character-count", classes),
            described_by,
            attrs,
        )
        + f'<div id="{text(question.id)}-info" class="govuk-hint govuk-character-count__message">'
        f"{text(allowance)}</div>"
    )
    return form_group(
        inner,
        error=question.error,
        classes="govuk-character-count",
        extra=f' data-module="govuk-character-count" data-maxlength="{max_length:d}"'
        + _count_messages(),
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to select from; ``value=None`` leaves the attribute out."""

    value: object
    text: str
    selected: bool = False
    disabled: bool = False
    attrs: Mapping[str, object] | None = None


def select(
    question: Question,
    *,
    groups: Iterable[tuple[str, Sequence[Option]]],
    classes: str = "",
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a list to select from; a group with an empty name stands on its own."""
    options = ""
    for name, members in groups:
        drawn = "".join(
            f"<option{_option_attributes(option)}>{text(option.text)}</option>"
            for option in members
        )
        options += f'<optgroup label="{text(name)}">{drawn}</optgroup>' if name else drawn
    names = join_classes("govuk-select", classes, "govuk-select--error" if question.error else "")
    own = attributes(
        {"aria-describedby": question.described_by or None, **(attrs or {})},
    )
    control = (
        f'<select class="{names}" id="{text(question.id)}" name="{text(question.name)}"{own}>'
        f"{options}</select>"
    )
    return form_group(label(question) + notes(question) + control, error=question.error)


def date_input(
    question: Question, *, values: Sequence[object], wrong: Iterable[int] = ()
) -> SafeString:
    """Draw day, month and year. ``wrong`` names the boxes in error by position; empty means all."""
    wrong = tuple(wrong) or (0, 1, 2)
    names = ("day", "month", "year")
    labels = (_("Day"), _("Month"), _("Year"))
    boxes = ""
    for place, (name, words, value) in enumerate(zip(names, labels, values, strict=True)):
        marked = "govuk-input--error" if question.error and place in wrong else ""
        width = f"govuk-input--width-{4 if name == 'year' else 2}"
        part = Question(id=f"{question.id}-{name}", name=f"{question.name}-{name}", label=words)
        boxes += (
            '<div class="govuk-date-input__item"><div class="govuk-form-group">'
            f'<label class="govuk-label govuk-date-input__label" for="{text(part.id)}">'
            f"{text(words)}</label>"
            + _input(
                part,
                value=value,
                input_type="text",
                classes=join_classes("govuk-date-input__input", marked, width),
                attrs={"inputmode": "numeric"},
            )
            + "</div></div>"
        )
    controls = f'<div class="govuk-date-input" id="{text(question.id)}">{boxes}</div>'
    return grouped(question, controls, role="group")


def file_upload(
    question: Question, *, attrs: Mapping[str, object] | None = None, below: str = ""
) -> SafeString:
    """Draw a control that takes a file; ``below`` is what belongs to it, made by components."""
    names = join_classes("govuk-file-upload", "govuk-file-upload--error" if question.error else "")
    own = attributes({"aria-describedby": question.described_by or None, **(attrs or {})})
    control = (
        f'<input class="{names}" id="{text(question.id)}" name="{text(question.name)}" type="file"'
        f"{own}>"
    )
    return form_group(label(question) + notes(question) + control + below, error=question.error)


def _input(
    question: Question,
    *,
    value: object,
    input_type: str,
    classes: str,
    attrs: Mapping[str, object],
) -> str:
    names = join_classes("govuk-input", classes, "govuk-input--error" if question.error else "")
    own = "" if value is None else f' value="{text(value)}"'
    return (
        f'<input class="{names}" id="{text(question.id)}" name="{text(question.name)}"'
        f' type="{text(input_type)}"{own}{attributes(attrs)}>'
    )


def _affix(words: str, side: str) -> str:
    if not words:
        return ""
    return f'<div class="govuk-input__{side}" aria-hidden="true">{text(words)}</div>'


def _textarea(
    question: Question,
    value: object,
    rows: int,
    classes: str,
    described_by: str,
    attrs: Mapping[str, object] | None,
) -> str:
    names = join_classes(
        "govuk-textarea", "govuk-textarea--error" if question.error else "", classes
    )
    own = attributes({"aria-describedby": described_by or None, **(attrs or {})})
    # HTML drops one line break after the opening tag, so one is given for it to drop.
    typed = text(value)
    return (
        f'<textarea class="{names}" id="{text(question.id)}" name="{text(question.name)}"'
        f' rows="{rows:d}"{own}>' + ("\n" if typed.startswith("\n") else "") + f"{typed}</textarea>"
    )


def _option_attributes(option: Option) -> str:
    return attributes(
        {
            "value": option.value,
            "selected": option.selected,
            "disabled": option.disabled,
            **(option.attrs or {}),
        }
    )


#: A number of every plural category a language of these islands has (Welsh has all six).
_PLURAL_SAMPLES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 6, "other": 10}


def _count_messages() -> str:
    """Give the script its sentences in the page's language; its own are English."""
    if (get_language() or "en").startswith("en"):
        return ""
    messages = {"data-i18n.characters-at-limit": _("You have 0 characters remaining")}
    for category, sample in _PLURAL_SAMPLES.items():
        under = ngettext(
            "You have %(count)s character remaining",
            "You have %(count)s characters remaining",
            sample,
        )
        over = ngettext(
            "You have %(count)s character too many",
            "You have %(count)s characters too many",
            sample,
        )
        messages[f"data-i18n.characters-under-limit.{category}"] = under % {"count": "%{count}"}
        messages[f"data-i18n.characters-over-limit.{category}"] = over % {"count": "%{count}"}
    return attributes(messages)
