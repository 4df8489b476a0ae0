"""What every question has: label or legend, hint, error and the group around them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .html import attributes, join_classes, safe, text


@dataclass(frozen=True, slots=True)
class Question:
    """The words around one control.

    ``size`` is ``s``, ``m``, ``l`` or ``xl``. ``heading`` makes the label the page's ``<h1>``. An
    empty label on radios, checkboxes or a date leaves the fieldset out.
    """

    id: str
    name: str
    label: str
    hint: str = ""
    error: str = ""
    size: str = ""
    heading: bool = False

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, in the order they are read out."""
        return join_classes(
            f"{self.id}-hint" if self.hint else "", f"{self.id}-error" if self.error else ""
        )


def label(question: Question) -> str:
    """Draw the label, as the page heading when the question is the page's only one."""
    classes = f"govuk-label govuk-label--{question.size}" if question.size else "govuk-label"
    markup = f'<label class="{classes}" for="{text(question.id)}">{text(question.label)}</label>'
    return f'<h1 class="govuk-label-wrapper">{markup}</h1>' if question.heading else markup


def hint(words: str, *, id: str, classes: str = "") -> str:
    """Draw a hint, or nothing."""
    if not words:
        return ""
    return f'<div id="{text(id)}" class="{join_classes("govuk-hint", classes)}">{text(words)}</div>'


def error_message(words: str, *, id: str) -> str:
    """Draw an error message, or nothing."""
    if not words:
        return ""
    error = _("Error")
    return (
        f'<p id="{text(id)}" class="govuk-error-message">'
        f'<span class="govuk-visually-hidden">{error}:</span> {text(words)}</p>'
    )


def notes(question: Question) -> str:
    """Draw the hint and the error of a question."""
    return hint(question.hint, id=f"{question.id}-hint") + error_message(
        question.error, id=f"{question.id}-error"
    )


def form_group(inner: str, *, error: str = "", classes: str = "", extra: str = "") -> SafeString:
    """Draw the group around a control; ``extra`` is ready-made attributes."""
    names = join_classes("govuk-form-group", "govuk-form-group--error" if error else "", classes)
    return safe(f'<div class="{names}"{extra}>{inner}</div>')


def fieldset(
    inner: str,
    *,
    legend: str = "",
    size: str = "",
    heading: bool = False,
    described_by: str = "",
    role: str = "",
) -> SafeString:
    """Draw a fieldset around controls; ``inner`` is HTML made by other components."""
    words = text(legend)
    if heading:
        words = f'<h1 class="govuk-fieldset__heading">{words}</h1>'
    classes = join_classes(
        "govuk-fieldset__legend", f"govuk-fieldset__legend--{size}" if size else ""
    )
    attrs = attributes({"role": role or None, "aria-describedby": described_by or None})
    return safe(
        f'<fieldset class="govuk-fieldset"{attrs}>'
        + (f'<legend class="{classes}">{words}</legend>' if legend else "")
        + f"{inner}</fieldset>"
    )


def grouped(question: Question, controls: str, *, role: str = "") -> SafeString:
    """Draw several controls that answer one question, with a fieldset when it has a legend."""
    inner = notes(question) + controls
    if question.label:
        inner = fieldset(
            inner,
            legend=question.label,
            size=question.size,
            heading=question.heading,
            described_by=question.described_by,
            role=role,
        )
    return form_group(inner, error=question.error)
