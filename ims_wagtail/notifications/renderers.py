"""Who writes the words of a kind of message. Rooms register theirs when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import Message


@dataclass(frozen=True, slots=True)
class Email:
    """A message ready to send."""

    subject: str
    text: str
    html: str = ""


Renderer = Callable[[Message], Email]

_renderers: dict[str, Renderer] = {}


def register(kind: str, renderer: Renderer) -> None:
    """Make ``renderer`` write every message of a kind. Raises ``ValueError`` for a second one."""
    if _renderers.get(kind, renderer) is not renderer:
        raise ValueError(f"messages of kind {kind} have a renderer already")
    _renderers[kind] = renderer


def render(message: Message) -> Email:
    """Write a message's words. Raises ``LookupError`` for a kind nobody registered."""
    return _renderers[message.kind](message)
