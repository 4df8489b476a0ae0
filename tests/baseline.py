"""Puts the test database back as the migrations left it, after a test that commits.

Django's own way is to flush every table, which loses what data migrations wrote (Wagtail's locale,
root page and site) and is refused by the book's triggers. Here the rows are copied once, when the
database has just been made, and copied back without waking a trigger.
"""

from django.db import connection, transaction


KEPT = "ims_baseline"

#: Nothing in a test should hold a lock this long after its end; better a clear error than a wait.
LOCK_TIMEOUT = "20s"

#: Of each database, what its kept tables were when they were last put back.
_versions: dict[str, dict[str, tuple[int, int]]] = {}


def keep_baseline() -> None:
    """Copy every row of the fresh database aside, or put it back from an earlier run's copy.

    With ``--reuse-db`` a killed run may have left rows behind; the earlier copy is the truth as
    long as no migration has run since.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{KEPT}.django_migrations"])
        if cursor.fetchone()[0]:
            cursor.execute(
                f"SELECT (SELECT count(*) FROM {KEPT}.django_migrations)"
                " = (SELECT count(*) FROM public.django_migrations)"
            )
            if cursor.fetchone()[0]:
                restore_baseline()
                return
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _tables_with_rows(cursor):
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS TABLE public."{table}"')


def restore_baseline() -> None:
    """Make every table what it was when ``keep_baseline`` ran.

    Tables that nobody wrote to since the last time are left alone: the permissions alone would
    take longer than all that a test leaves behind.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        # Foreign keys and triggers sleep for this role, so that order does not matter and the
        # insert-only book can be emptied. It takes a superuser, which the embedded server gives.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [KEPT])
        kept = {table for (table,) in cursor.fetchall()}
        known = _versions.get(connection.settings_dict["NAME"], {})
        changed = {
            table for table, version in _versions_of(cursor, kept) if version != known.get(table)
        }
        statements = [
            f'DELETE FROM public."{table}"'
            for table in _tables_with_rows(cursor)
            if table in changed or table not in kept
        ]
        for table in changed:
            columns = _stored_columns(cursor, table)
            statements.append(
                f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                f' SELECT {columns} FROM {KEPT}."{table}"'
            )
        if statements:
            cursor.execute(";".join(statements))
        _versions[connection.settings_dict["NAME"]] = dict(_versions_of(cursor, kept))


def _versions_of(cursor, tables: set[str]) -> list[tuple[str, tuple[int, int]]]:
    """Return what differs after any write: how many rows there are, and which writes made them."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(xmin::text::bigint) FROM public.\"{table}\""
            for table in tables
        )
    )
    return [(table, (count, writes)) for table, count, writes in cursor.fetchall()]


def _tables_with_rows(cursor) -> list[str]:
    # Most tables have never held a row, and to plan a look into each takes longer than the looks.
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND pg_relation_size(oid) > 0"
    )
    tables = [name for (name,) in cursor.fetchall()]
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM public.\"{table}\")" for table in tables
        )
    )
    return [name for (name,) in cursor.fetchall()]


def _stored_columns(cursor, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = ''",
        [f'public."{table}"'],
    )
    return cursor.fetchone()[0]
