"""What waits for a person: rooms register what they know of, the dashboard asks.

``register(ask)`` from a room's ``AppConfig.ready``. ``ask(user)`` returns a ``Need`` of the user's
funds, or ``None`` when nothing waits; it may make one or two queries, however much waits, because
every view of the dashboard asks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the reader: how many, since or until when, and where."""

    label: str
    count: int
    #: The list behind the count, narrowed to what was counted.
    url: str
    detail: str = ""


Ask = Callable[[Any], Need | None]
_asked: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Have the dashboard ask this function; registering it twice is once. Also a decorator."""
    if ask not in _asked:
        _asked.append(ask)
    return ask


def needs_of(user: Any) -> list[Need]:
    """Return what waits for a person in their funds; nothing that waits not."""
    found = (ask(user) for ask in _asked)
    return [need for need in found if need is not None and need.count]
