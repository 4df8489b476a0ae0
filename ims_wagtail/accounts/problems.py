"""What stands in the way of a payment, in words for the person who is paying or taking it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and with which field."""

    field: Literal["reference", "amount", "payment_type"]
    code: str
    message: str


class PaymentRefused(Exception):
    """A payment may not be taken. Carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
