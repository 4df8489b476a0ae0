"""Buttons, links and ways to move between pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .html import attributes, join_classes, safe, text


_START_ICON = (
    '<svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5"'
    ' height="19" viewBox="0 0 33 40" aria-hidden="true" focusable="false">'
    '<path fill="currentColor" d="M0 0h13l20 20-20 20H0l20-20z"/></svg>'
)
_PREVIOUS_ICON = (
    '<svg class="govuk-pagination__icon govuk-pagination__icon--prev"'
    ' xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true"'
    ' focusable="false" viewBox="0 0 15 13"><path d="m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062'
    ' 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path></svg>'
)
_NEXT_ICON = (
    '<svg class="govuk-pagination__icon govuk-pagination__icon--next"'
    ' xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true"'
    ' focusable="false" viewBox="0 0 15 13"><path d="m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-'
    '12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"></path></svg>'
)


def button(
    words: str,
    *,
    kind: str = "",
    start: bool = False,
    input_type: str = "submit",
    once: bool = False,
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a button. ``kind`` is ``secondary``, ``warning`` or ``inverse``; ``once`` ignores a
    second click within a second.
    """
    attrs = attrs or {}
    own = attributes(
        {
            "aria-disabled": "true" if attrs.get("disabled") else None,
            "data-prevent-double-click": "true" if once else None,
            **attrs,
        }
    )
    return safe(
        f'<button type="{text(input_type)}" class="{_button_classes(kind, start)}"'
        f' data-module="govuk-button"{own}>{text(words)}{_START_ICON if start else ""}</button>'
    )


def button_link(
    words: str,
    *,
    href: str,
    kind: str = "",
    start: bool = False,
    attrs: Mapping[str, object] | None = None,
) -> SafeString:
    """Draw a link that looks like a button."""
    return safe(
        f'<a href="{text(href)}" role="button" draggable="false"'
        f' class="{_button_classes(kind, start)}" data-module="govuk-button"{attributes(attrs)}>'
        f"{text(words)}{_START_ICON if start else ''}</a>"
    )


def back_link(words: str = "", *, href: str) -> SafeString:
    """Draw the link back to the step before."""
    words = words or _("Back")
    return safe(f'<a href="{text(href)}" class="govuk-back-link">{text(words)}</a>')


@dataclass(frozen=True, slots=True)
class PageLink:
    """One number of a pagination."""

    number: int
    href: str
    current: bool = False


def pagination(
    *,
    items: Sequence[PageLink | None] = (),
    previous: str = "",
    next: str = "",
    previous_label: str = "",
    next_label: str = "",
) -> SafeString:
    """Draw page numbers with arrows; ``None`` among the items is the gap between numbers.

    ``previous`` and ``next`` are addresses. Without items the arrows stand as a block, each with
    its label.
    """
    block = not items
    markup = ""
    if previous:
        markup += _arrow("prev", previous, _("Previous"), previous_label, block)
    if items:
        markup += f'<ul class="govuk-pagination__list">{"".join(map(_number, items))}</ul>'
    if next:
        markup += _arrow("next", next, _("Next"), next_label, block)
    classes = join_classes("govuk-pagination", "govuk-pagination--block" if block else "")
    name = _("Pagination")
    return safe(f'<nav class="{classes}" aria-label="{name}">{markup}</nav>')


def _button_classes(kind: str, start: bool) -> str:
    return join_classes(
        "govuk-button",
        f"govuk-button--{kind}" if kind else "",
        "govuk-button--start" if start else "",
    )


def _number(item: PageLink | None) -> str:
    if item is None:
        return '<li class="govuk-pagination__item govuk-pagination__item--ellipsis">&ctdot;</li>'
    classes = join_classes(
        "govuk-pagination__item", "govuk-pagination__item--current" if item.current else ""
    )
    name = _("Page %(number)s") % {"number": item.number}
    current = ' aria-current="page"' if item.current else ""
    return (
        f'<li class="{classes}"><a class="govuk-link govuk-pagination__link"'
        f' href="{text(item.href)}" aria-label="{text(name)}"{current}>{item.number}</a></li>'
    )


def _arrow(side: str, href: str, words: str, label: str, block: bool) -> str:
    icon = _PREVIOUS_ICON if side == "prev" else _NEXT_ICON
    classes = join_classes(
        "govuk-pagination__link-title",
        "govuk-pagination__link-title--decorated" if block and not label else "",
    )
    page = _("page")
    title = (
        f'<span class="{classes}">{text(words)}'
        f'<span class="govuk-visually-hidden"> {page}</span></span>'
    )
    if label and block:
        title += (
            '<span class="govuk-visually-hidden">:</span>'
            f'<span class="govuk-pagination__link-label">{text(label)}</span>'
        )
    inner = f"{icon}{title}" if block or side == "prev" else f"{title}{icon}"
    return (
        f'<div class="govuk-pagination__{side}"><a class="govuk-link govuk-pagination__link"'
        f' href="{text(href)}" rel="{side}">{inner}</a></div>'
    )
