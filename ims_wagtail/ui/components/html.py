"""Escaping and attributes for the component functions."""

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe


def text(value: object) -> str:
    """Escape always, even what claims to be safe: for words an editor or a resident wrote."""
    return escape(str(value))


def content(value: object) -> str:
    """Escape unless the caller made safe HTML of it, for example with ``format_html``."""
    if hasattr(value, "__html__"):
        return value.__html__()
    return escape(str(value))


def attributes(values: Mapping[str, object] | None) -> str:
    """Write attributes, each after a space: ``True`` as a bare name, ``None`` and ``False`` not."""
    if not values:
        return ""
    return "".join(
        f" {name}" if value is True else f' {name}="{text(value)}"'
        for name, value in values.items()
        if value is not None and value is not False
    )


def join_classes(*names: str) -> str:
    """Join class names, leaving out empty ones."""
    return " ".join(name for name in names if name)


def safe(markup: str) -> SafeString:
    """Mark HTML built by a component: every value in it went through ``text`` or ``content``."""
    return mark_safe(markup)  # noqa: S308
