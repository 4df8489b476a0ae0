"""What ``manage.py check`` says about the installation and the set-up, by the list of probes.

``check --database default`` and ``migrate`` look at the database; ``check --deploy`` at everything.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError, ProgrammingError, transaction

from ims_wagtail.probes import Finding, Looks, Severity, findings


@checks.register(checks.Tags.database)
def check_database(
    *, app_configs: object, databases: Sequence[str] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Look at each database asked for; before its first migration only at the server."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or ():
        messages += _messages(findings(Looks.SERVER, using=alias))
        messages += _setup_messages(alias, at_most=checks.WARNING)
    return messages


@checks.register(checks.Tags.security, deploy=True)
def check_deployment(
    *, app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Look at the settings, and at the database unless it is being looked at anyway."""
    messages = _messages(findings(Looks.SETTINGS))
    if databases:
        return messages
    try:
        messages += _messages(findings(Looks.SERVER))
        messages += _setup_messages("default")
    except DatabaseError:
        messages.append(
            checks.Warning(
                "The database can't be reached, so the set-up was not looked at.",
                hint="Check DATABASE_URL, start the server and run this again.",
                id="ims_funds.W000",
            )
        )
    return messages


def _setup_messages(alias: str, *, at_most: int = checks.ERROR) -> list[checks.CheckMessage]:
    try:
        with transaction.atomic(using=alias):
            # A wrong set-up must not stop the migration that may be needed to put it right.
            return _messages(findings(Looks.SETUP, using=alias), at_most=at_most)
    except ProgrammingError:
        # The tables are still to be migrated.
        return []


def _messages(found: Iterable[Finding], at_most: int = checks.ERROR) -> list[checks.CheckMessage]:
    levels = {Severity.ERROR: checks.ERROR, Severity.WARNING: checks.WARNING}
    return [
        checks.CheckMessage(
            min(levels[finding.severity], at_most),
            str(finding.message),
            hint=str(finding.remedy),
            id=finding.code,
        )
        for finding in found
    ]
