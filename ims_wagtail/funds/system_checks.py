"""What ``manage.py check --database default`` and ``migrate`` say about the set-up."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from .models import Fund


@checks.register(checks.Tags.database)
def check_database(
    *, app_configs: object, databases: Sequence[str] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Look at each database asked for; before its first migration only at the server."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or ():
        messages += _server_messages(alias)
        with connections[alias].cursor() as cursor:
            tables = connections[alias].introspection.table_names(cursor)
        if (
            Fund._meta.db_table in tables
            and not Fund.objects.using(alias).filter(is_suspense=True).exists()
        ):
            messages.append(
                checks.Warning(
                    "No fund is marked as the suspense fund.",
                    hint="Money nobody can match has nowhere to go: mark one fund.",
                    id="ims_funds.W001",
                )
            )
    return messages


def _server_messages(alias: str) -> list[checks.CheckMessage]:
    messages: list[checks.CheckMessage] = []
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (synchronous_commit,) = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
        (has_trigrams,) = cursor.fetchone()
    if synchronous_commit == "off":
        messages.append(
            checks.Error(
                "PostgreSQL has synchronous_commit off.",
                hint="A crash could lose payments already told to residents. Switch it on.",
                id="ims_funds.E001",
            )
        )
    if not has_trigrams:
        messages.append(
            checks.Warning(
                "The database lacks the extension pg_trgm.",
                hint="Searching narratives and names is slower without it.",
                id="ims_funds.W002",
            )
        )
    return messages
