"""Where residents apply for what an officer looks at before they pay.

Pages stand above this room, so they say where that is when Django starts.
"""

from collections.abc import Callable

from ims_wagtail.funds.models import PaymentType


Finder = Callable[[PaymentType], str]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let ``finder`` return the address at which residents apply; nothing where they needn't."""
    if finder not in _finders:
        _finders.append(finder)


def applied_at(payment_type: PaymentType) -> str:
    """Return where residents apply before they pay; nothing where they needn't."""
    return next(filter(None, (finder(payment_type) for finder in _finders)), "")
