"""The acceptance cases: what councils' earlier system does, and what must survive every failure.

A case's ``expected`` is what that system did. Where it was wrong a test names the correction and
asserts the right thing instead.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest


CASES = Path(__file__).parent / "cases"


@cache
def _load(name: str) -> list[dict[str, Any]]:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def cases(area: str, *, corrected: dict[str, str] | None = None) -> list[Any]:
    """Return the cases of an area as pytest parameters ``(case, correction)``.

    ``corrected`` names, by case, what the earlier system got wrong; it stands in the test's id.
    Raises ``KeyError`` for an area or a corrected case that is not in the book.
    """
    found = [case for case in _load("backoffice") if case["area"] == area]
    corrected = dict(corrected or {})
    parameters = []
    for case in found:
        correction = corrected.pop(case["case"], "")
        name = f"{case['case']} -- corrected: {correction}" if correction else case["case"]
        parameters.append(
            pytest.param(case, correction, id=name.encode("ascii", "replace").decode())
        )
    if not parameters or corrected:
        raise KeyError(f"No such case: {area} {sorted(corrected)}")
    return parameters


def scenario(identifier: str) -> dict[str, str]:
    """Return one failure scenario, such as ``FS048``."""
    return next(entry for entry in _load("failure_scenarios") if entry["id"] == identifier)


def scenario_ids() -> list[str]:
    """Return the ids of all failure scenarios."""
    return [entry["id"] for entry in _load("failure_scenarios")]
