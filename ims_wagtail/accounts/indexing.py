"""Writing many accounts at once: the words by which they are found go into their index together.

The index keeps new words in a list that searches read through as well, and sorts them in by
batches. Larger batches take half the time. Looking accounts up by reference asks another index.
"""

from django.db import connection, transaction


#: Words of a few million accounts.
_LONGEST_LIST, _MEMORY = "1GB", "256MB"


def delay_words() -> None:
    """Let the words of accounts wait, to the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', %s, true)", [_LONGEST_LIST])


def settle_words() -> None:
    """Sort the words in that wait; who may not do that leaves it to the server, later."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, true)", [_MEMORY])
        cursor.execute(
            """
            SELECT gin_clean_pending_list(oid::regclass) FROM pg_class
            WHERE oid = to_regclass('ims_account_words') AND pg_has_role(relowner, 'USAGE')
            """
        )
