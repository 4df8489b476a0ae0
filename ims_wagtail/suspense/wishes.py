"""What somebody wants done with money in suspense, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from ims_wagtail.corrections.wishes import To
from ims_wagtail.money import ZERO


@dataclass(frozen=True, slots=True)
class Wish:
    """Pounds by the ids of items, what is put on which accounts, and what credit notes add.

    What is owed is taken below nothing; a credit note's amount is above nothing. ``form_key`` is
    the form's: the same key is allocated once.
    """

    takes: Mapping[int, Decimal]
    gives: Sequence[To]
    reason: str
    credit_notes: Sequence[To] = ()
    form_key: UUID = field(default_factory=uuid4)

    @property
    def taken(self) -> Decimal:
        """What there is to put down: what is taken of items and what credit notes add."""
        credited = sum((note.amount for note in self.credit_notes), ZERO)
        return sum(self.takes.values(), ZERO) + credited

    @property
    def given(self) -> Decimal:
        """What is put down."""
        return sum((to.amount for to in self.gives), ZERO)

    @property
    def moved(self) -> Decimal:
        """All that is moved: what a second person's limit is measured by."""
        plus = sum((amount for amount in self.takes.values() if amount > 0), ZERO)
        return plus + sum((note.amount for note in self.credit_notes), ZERO)
