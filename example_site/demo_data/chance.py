"""Chance that comes out the same every time."""

import random


def chance(name: str) -> random.Random:
    """Return a source of randomness of its own for ``name``, the same on every machine."""
    return random.Random(f"Anyborough {name}")  # noqa: S311 (demo data keeps no secrets)
