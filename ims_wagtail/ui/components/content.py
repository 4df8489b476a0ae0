"""Words and figures set out for reading."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .html import attributes, content, join_classes, safe, text


@dataclass(frozen=True, slots=True)
class Action:
    """A link beside a row; ``about`` is read out after the words: "Change", "the amount"."""

    text: str
    href: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a summary list."""

    key: str
    value: object
    actions: Sequence[Action] = ()


def summary_list(
    rows: Sequence[Row],
    *,
    title: str = "",
    actions: Sequence[Action] = (),
    level: int = 2,
    borders: bool = True,
) -> SafeString:
    """Draw facts with their names; ``title`` puts them on a card, which may have ``actions``."""
    any_actions = any(row.actions for row in rows)
    drawn = ""
    for row in rows:
        gap = any_actions and not row.actions
        classes = join_classes(
            "govuk-summary-list__row", "govuk-summary-list__row--no-actions" if gap else ""
        )
        drawn += (
            f'<div class="{classes}"><dt class="govuk-summary-list__key">{content(row.key)}</dt>'
            f'<dd class="govuk-summary-list__value">{content(row.value)}</dd>'
        )
        if row.actions:
            links = _actions(row.actions, "govuk-summary-list__actions-list", title)
            drawn += f'<dd class="govuk-summary-list__actions">{links}</dd>'
        drawn += "</div>"
    classes = join_classes("govuk-summary-list", "" if borders else "govuk-summary-list--no-border")
    markup = f'<dl class="{classes}">{drawn}</dl>'
    return safe(_card(markup, title, actions, level) if title else markup)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; ``numeric`` sets figures to the right."""

    value: object
    numeric: bool = False


def table(
    rows: Sequence[Sequence[Cell]],
    *,
    head: Sequence[Cell] = (),
    caption: str = "",
    caption_size: str = "",
    row_headers: bool = False,
) -> SafeString:
    """Draw a table; ``row_headers`` makes the first cell of each row its heading."""
    markup = ""
    if caption:
        classes = join_classes(
            "govuk-table__caption", f"govuk-table__caption--{caption_size}" if caption_size else ""
        )
        markup += f'<caption class="{classes}">{text(caption)}</caption>'
    if head:
        cells = "".join(_cell("th", cell, scope="col") for cell in head)
        markup += (
            f'<thead class="govuk-table__head"><tr class="govuk-table__row">{cells}</tr></thead>'
        )
    body = ""
    for row in rows:
        cells = "".join(
            _cell("th", cell, scope="row") if row_headers and place == 0 else _cell("td", cell)
            for place, cell in enumerate(row)
        )
        body += f'<tr class="govuk-table__row">{cells}</tr>'
    markup += f'<tbody class="govuk-table__body">{body}</tbody>'
    return safe(f'<table class="govuk-table">{markup}</table>')


def panel(title: str, body: object = "", *, level: int = 1) -> SafeString:
    """Draw the green panel that says something was done."""
    inner = f'<div class="govuk-panel__body">{content(body)}</div>' if body else ""
    return safe(
        '<div class="govuk-panel govuk-panel--confirmation">'
        f'<h{level} class="govuk-panel__title">{content(title)}</h{level}>{inner}</div>'
    )


def notification_banner(
    body: object, *, kind: str = "", title: str = "", id: str = ""
) -> SafeString:
    """Draw news about something outside the page's own task; ``kind`` may be ``success``.

    Plain text stands as a heading.
    """
    success = kind == "success"
    classes = join_classes(
        "govuk-notification-banner", "govuk-notification-banner--success" if success else ""
    )
    id = text(id or "govuk-notification-banner-title")
    words = text(title or (_("Success") if success else _("Important")))
    inner = content(body)
    if not hasattr(body, "__html__"):
        inner = f'<p class="govuk-notification-banner__heading">{inner}</p>'
    return safe(
        f'<div class="{classes}" role="{"alert" if success else "region"}" aria-labelledby="{id}"'
        ' data-module="govuk-notification-banner"><div class="govuk-notification-banner__header">'
        f'<h2 class="govuk-notification-banner__title" id="{id}">{words}</h2></div>'
        f'<div class="govuk-notification-banner__content">{inner}</div></div>'
    )


def inset_text(body: object) -> SafeString:
    """Draw words set in from the margin."""
    return safe(f'<div class="govuk-inset-text">{content(body)}</div>')


def warning_text(body: object) -> SafeString:
    """Draw a warning beside an exclamation mark."""
    warning = _("Warning")
    return safe(
        '<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">'
        '!</span><strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">'
        f"{warning}</span> {content(body)}</strong></div>"
    )


def details(summary: str, body: object, *, opened: bool = False) -> SafeString:
    """Draw help that opens on request."""
    return safe(
        f'<details class="govuk-details"{" open" if opened else ""}>'
        '<summary class="govuk-details__summary"><span class="govuk-details__summary-text">'
        f'{text(summary)}</span></summary><div class="govuk-details__text">{content(body)}</div>'
        "</details>"
    )


def tag(words: str, *, colour: str = "") -> SafeString:
    """Draw a state in a word or two, in one of govuk-frontend's colours."""
    classes = join_classes("govuk-tag", f"govuk-tag--{colour}" if colour else "")
    return safe(f'<strong class="{text(classes)}">{text(words)}</strong>')


def error_summary(
    errors: Sequence[tuple[str, str]], *, title: str = "", description: str = ""
) -> SafeString:
    """Draw all that is wrong on the page: pairs of message and address, which may be empty."""
    items = "".join(
        f'<li><a href="{text(href)}">{text(words)}</a></li>' if href else f"<li>{text(words)}</li>"
        for words, href in errors
    )
    listed = f'<ul class="govuk-list govuk-error-summary__list">{items}</ul>' if items else ""
    said = f"<p>{text(description)}</p>" if description else ""
    title = title or _("There is a problem")
    # The alert is a child of the element that takes the focus: on one element, screen readers
    # announce one and lose the other.
    return safe(
        '<div class="govuk-error-summary" data-module="govuk-error-summary"><div role="alert">'
        f'<h2 class="govuk-error-summary__title">{text(title)}</h2>'
        f'<div class="govuk-error-summary__body">{said}{listed}</div></div></div>'
    )


def _cell(element: str, cell: Cell, *, scope: str = "") -> str:
    block = "govuk-table__header" if element == "th" else "govuk-table__cell"
    # A row's heading stays to the left even when it is a figure, such as a year.
    numeric = cell.numeric and scope != "row"
    classes = join_classes(block, f"{block}--numeric" if numeric else "")
    own = attributes({"scope": scope or None})
    return f'<{element} class="{classes}"{own}>{content(cell.value)}</{element}>'


def _card(markup: str, title: str, actions: Sequence[Action], level: int) -> str:
    links = _actions(actions, "govuk-summary-card__actions", title) if actions else ""
    if len(actions) == 1:
        links = f'<div class="govuk-summary-card__actions">{links}</div>'
    return (
        '<div class="govuk-summary-card"><div class="govuk-summary-card__title-wrapper">'
        f'<h{level} class="govuk-summary-card__title">{text(title)}</h{level}>{links}</div>'
        f'<div class="govuk-summary-card__content">{markup}</div></div>'
    )


def _actions(actions: Sequence[Action], list_class: str, title: str) -> str:
    links = [_action(action, title) for action in actions]
    if len(links) == 1:
        return links[0]
    item = "govuk-summary-card__action" if "card" in list_class else f"{list_class}-item"
    return (
        f'<ul class="{list_class}">'
        + "".join(f'<li class="{item}">{link}</li>' for link in links)
        + "</ul>"
    )


def _action(action: Action, title: str) -> str:
    about = ""
    if action.about:
        about += f" {text(action.about)}"
    if title:
        about += f" ({text(title)})"
    hidden = f'<span class="govuk-visually-hidden">{about}</span>' if about else ""
    return f'<a class="govuk-link" href="{text(action.href)}">{text(action.text)}{hidden}</a>'
