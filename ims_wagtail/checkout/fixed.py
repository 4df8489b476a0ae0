"""What a payer can't choose, because whoever asked them to pay has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Fixed:
    """A reference and an amount in pounds that are settled; empty where the payer says.

    ``answers`` were given before, and ``amount_basis`` says what made the amount up.
    """

    reference: str = ""
    amount: Decimal | None = None
    answers: Sequence[Mapping[str, Any]] = ()
    amount_basis: Mapping[str, Any] = field(default_factory=dict)


OPEN = Fixed()
