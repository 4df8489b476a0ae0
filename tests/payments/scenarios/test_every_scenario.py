"""No failure scenario of providers, webhooks, refunds and races is without a test of its name."""

import re
from pathlib import Path

import pytest

from tests.casebook import scenario_ids


TESTS = Path(__file__).resolve().parents[2]
NAME = re.compile(r"^ *def test_(fs\d{3})_", re.MULTILINE)
#: What this room answers for; the others are other rooms'.
OURS = (*range(1, 42), 52, *range(65, 84))


def named() -> set[str]:
    """Return the scenarios that tests are named after."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        names = NAME.findall(file.read_text(encoding="utf-8"))
        found.update(name.upper() for name in names)
    return found


@pytest.mark.parametrize(
    "identifier", [one for one in scenario_ids() if int(one.removeprefix("FS")) in OURS]
)
def test_a_test_is_named_after(identifier):
    assert identifier in named(), f"no test begins with test_{identifier.lower()}_"
