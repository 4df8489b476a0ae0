"""What may be asked for. Each room registers its kinds when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access import duties, review


if TYPE_CHECKING:
    from .models import Approval


@dataclass(frozen=True, slots=True)
class Kind:
    """Something one person asks for and another approves.

    ``ask`` and ``approve`` are permissions (``app.codename``). ``on_approved`` is called once, when
    the request goes ahead; ``on_closed`` once, when it is rejected, withdrawn or expired. Both run
    inside the deciding transaction, with the request locked: lock the request's subject there, and
    nowhere the other way round. ``url`` is the staff page of the subject.
    """

    key: str
    name: str | Promise
    ask: str
    approve: str
    on_approved: Callable[[Approval], None]
    on_closed: Callable[[Approval], None]
    url: Callable[[Approval], str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let a kind be asked for, from ``AppConfig.ready()``. Raises ``ValueError`` for a second one.

    Its two permissions become a duty of two people, which the access review and health watch.
    """
    if kind.key in _kinds:
        raise ValueError(f"{kind.key} is registered already")
    _kinds[kind.key] = kind
    for action, permission in (
        ("ask", kind.ask),
        ("act alone", kind.ask),
        ("approve", kind.approve),
        ("reject", kind.approve),
    ):
        review.TRACES[action_on(action, kind.key), "ims_approvals.approval"] = permission
    duties.add_duty(
        duties.Duty(kind.name, kind.ask, kind.approve),
        ask=format_lazy(_("Ask for: {kind}"), kind=kind.name),
        approve=format_lazy(_("Approve: {kind}"), kind=kind.name),
    )


def action_on(action: str, key: str) -> str:
    """Return what the audit log calls a step of a kind: ``approve refund``."""
    return f"{action} {key}"


def get(key: str) -> Kind:
    """Return a kind. Raises ``LookupError`` when no installed room knows it."""
    return _kinds[key]


def name_of(key: str) -> str | Promise:
    """Return a kind in words; its key when the room that knew it is gone."""
    return _kinds[key].name if key in _kinds else key


def every() -> list[Kind]:
    """Return every registered kind."""
    return list(_kinds.values())


def choices() -> list[tuple[str, str | Promise]]:
    """Return the kinds as choices of a form."""
    return [(kind.key, kind.name) for kind in _kinds.values()]
