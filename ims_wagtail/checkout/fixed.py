"""What a payer can't choose, because whoever asked them to pay has."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fixed:
    """A reference and an amount in pounds that are settled; empty where the payer says."""

    reference: str = ""
    amount: Decimal | None = None


OPEN = Fixed()
