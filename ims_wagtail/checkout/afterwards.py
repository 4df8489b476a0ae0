"""The question that pages may ask once something is paid.

Pages stand above this room, so they say where it is asked when Django starts.
"""

from collections.abc import Callable

from ims_wagtail.payments.models import Order


Finder = Callable[[Order], str]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let ``finder`` return the address at which a payer is asked; nothing where nobody asks."""
    if finder not in _finders:
        _finders.append(finder)


def question_address(order: Order) -> str:
    """Return where the payer of a paid order is asked something; nothing where nobody asks."""
    return next(filter(None, (finder(order) for finder in _finders)), "")
