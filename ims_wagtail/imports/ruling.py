"""Where the rules of an import type come in."""

from collections.abc import Callable

from .models import ImportType
from .rows import Row


#: Changes a row in place and returns the rules that acted, in their order.
Applied = Callable[[Row], tuple[int, ...]]


def rules_of(import_type: ImportType) -> Applied | None:
    """Return the rules of an import type as one function, or ``None`` when it has none."""
    return None
