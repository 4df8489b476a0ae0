"""HTML reduced to what matters for comparing two renderings of the same thing."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag


def normalised(html: str) -> list:
    """Return nested lists of element, attributes and text.

    The order of attributes and classes and all white space at the edges of text are dropped.
    """
    return [_reduced(child) for child in BeautifulSoup(html, "html.parser") if _counts(child)]


def _reduced(node: Tag | NavigableString) -> object:
    if not isinstance(node, Tag):
        return " ".join(str(node).split())
    attributes = {
        name: sorted(value) if isinstance(value, list) else " ".join(value.split())
        for name, value in node.attrs.items()
    }
    return [node.name, dict(sorted(attributes.items())), [_reduced(c) for c in node if _counts(c)]]


def _counts(node: Tag | NavigableString) -> bool:
    return isinstance(node, Tag) or bool(str(node).strip())
