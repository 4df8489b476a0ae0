"""What can be done with a posting now, and why the rest can't be. Each room adds its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .models import Posting


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: where, or else why not, in words. ``note`` says what it would be about."""

    label: str
    url: str = ""
    why_not: str = ""
    note: str = ""


ActionSource = Callable[[Posting, Any], Iterable[Action]]

_sources: list[ActionSource] = []


def register(source: ActionSource) -> None:
    """Let a room offer actions: ``source(posting, user)``, in a constant number of queries."""
    if source not in _sources:
        _sources.append(source)


def actions_on(*, posting: Posting, user: Any) -> tuple[list[Action], list[Action]]:
    """Return what a person can do with a posting now, and what not."""
    every = [action for source in _sources for action in source(posting, user)]
    return [one for one in every if one.url], [one for one in every if not one.url]
