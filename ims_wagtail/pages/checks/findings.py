"""The list of checks, and what they find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from .version import Version


class Severity(StrEnum):
    """How much a finding matters."""

    #: Residents would meet a page that is wrong: it is not published.
    STOP = "stop"
    #: Worth a look; the editor decides.
    ADVISE = "advise"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a page, in words for its editor, and what to do about it."""

    #: Short and the same for ever, for tests and for people who look it up.
    code: str
    severity: Severity
    message: str
    remedy: str
    #: The field of the page it is about; nothing when it is about the page as a whole.
    field: str = ""

    @property
    def is_stop(self) -> bool:
        """Whether it keeps the page from being published."""
        return self.severity == Severity.STOP


Check = Callable[[Version], Iterable[Finding]]
_checks: list[Check] = []


def check(function: Check) -> Check:
    """Register a function that looks at a version of a page and yields what it finds."""
    _checks.append(function)
    return function


def findings_for(version: Version) -> list[Finding]:
    """Return what every check finds: what stops publishing first."""
    found = [finding for function in _checks for finding in function(version)]
    return sorted(found, key=lambda finding: not finding.is_stop)


def stops_for(version: Version) -> list[Finding]:
    """Return what keeps a version from being published."""
    return [finding for finding in findings_for(version) if finding.is_stop]
