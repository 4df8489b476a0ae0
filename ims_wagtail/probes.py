"""The list of probes: small functions that look for what is missing or contradictory.

Each room registers its own here. The Health page of the admin and ``manage.py check`` both ask
``findings()``, so that neither knows something the other doesn't.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Severity(StrEnum):
    """How bad a finding is."""

    #: Money or residents are hit now, or will be without warning.
    ERROR = "error"
    WARNING = "warning"


class Looks(StrEnum):
    """Where a probe looks, and so when it can be asked."""

    SETTINGS = "settings"
    #: The database server itself; there before the first migration.
    SERVER = "server"
    #: What the council has set up, in the tables.
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    #: Stays the same for ever, as people silence it in settings and look for it in the manual.
    code: str
    severity: Severity
    message: str | Promise
    remedy: str | Promise
    #: The row it is about, or the model whose list one has to look at.
    about: Any = None
    #: The fund it is about; None when it is about the council as a whole.
    fund_id: int | None = None


Probe = Callable[[str], Iterable[Finding]]
_probes: dict[Probe, Looks] = {}


def probe(looks: Looks) -> Callable[[Probe], Probe]:
    """Register a function that takes the alias of a database and yields what it finds."""

    def register(function: Probe) -> Probe:
        _probes[function] = looks
        return function

    return register


def findings(*looks: Looks, using: str = "default") -> list[Finding]:
    """Return what the probes of these kinds find, errors first."""
    found = [finding for ask, where in _probes.items() if where in looks for finding in ask(using)]
    return sorted(found, key=lambda finding: (finding.severity, finding.code))
