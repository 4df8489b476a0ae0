"""The coins and notes that a till is counted in."""

from decimal import Decimal


#: Pounds, the largest first.
DENOMINATIONS = tuple(
    Decimal(value)
    for value in (
        "50.00",
        "20.00",
        "10.00",
        "5.00",
        "2.00",
        "1.00",
        "0.50",
        "0.20",
        "0.10",
        "0.05",
        "0.02",
        "0.01",
    )
)


def in_words(value: Decimal) -> str:
    """Write a coin or note as people say it: ``£20`` or ``50p``."""
    return f"£{value:.0f}" if value >= 1 else f"{value * 100:.0f}p"
