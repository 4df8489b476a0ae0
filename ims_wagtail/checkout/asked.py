"""What payable pages ask besides reference and amount, for staff who take the payment instead.

Pages stand above this room, so they say how they are found when Django starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ims_wagtail.funds.models import PaymentType

from .amounts.layouts import Layout
from .page_facts import PageFacts
from .questions import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """A page on which a payment type is paid, and its extra questions."""

    page: PageFacts
    questions: tuple[Question, ...]
    #: How the page lays the amount out, where it does.
    amount: Layout | None = None


Finder = Callable[[PaymentType], Sequence[Asked]]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let ``finder`` find pages on which a payment type is paid."""
    if finder not in _finders:
        _finders.append(finder)


def asked_for(payment_type: PaymentType) -> list[Asked]:
    """Return the pages on which residents pay this, in no order that says anything."""
    return [asked for finder in _finders for asked in finder(payment_type)]
