"""What is looked at before a payment page is published, and what to do about it.

One list serves the side panel of the editor, its form, and every other way to publish: in bulk, by
the clock, by a workflow, from a program. To add a check, write a function in this package, or in
any module that is imported when the site starts::

    from ims_wagtail.pages.checks import Finding, Severity, Version, check

    @check
    def tariff(version: Version) -> Iterator[Finding]:
        if not version.page.tariff:
            yield Finding(
                code="tariff",
                severity=Severity.STOP,
                message=_("There is no tariff"),
                remedy=_("Choose one."),
                field="tariff",
            )

``Severity.STOP`` keeps the page from being published and stands as an error at the field in the
form; ``Severity.ADVISE`` is told and no more.
"""

from . import looks, personal, setup, wording  # noqa: F401 - registers them
from .findings import Finding, Severity, check, findings_for, stops_for
from .version import Version


__all__ = ["Finding", "Severity", "Version", "check", "findings_for", "stops_for"]
