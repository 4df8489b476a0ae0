"""What one side of a comparison has."""

from dataclasses import dataclass
from decimal import Decimal

from ims_wagtail.money import ZERO


@dataclass(frozen=True, slots=True)
class Side:
    """How many payments and refunds one side has, and what they come to in pounds."""

    count: int = 0
    total: Decimal = ZERO

    def __add__(self, other: "Side") -> "Side":
        return Side(self.count + other.count, self.total + other.total)
