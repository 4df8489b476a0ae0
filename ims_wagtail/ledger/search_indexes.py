"""The indexes for parts of words, made as soon as the server has the extension for them."""

from typing import Any

from django.db import ProgrammingError, connections, transaction


def make_search_indexes(*, using: str, **kwargs: Any) -> None:
    """Make the trigram indexes after a migrate, unless they stand or ``pg_trgm`` is lacking."""
    connection = connections[using]
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SELECT ims_make_search_indexes()")
    except ProgrammingError:
        pass  # Migrated back to before there was a search.
