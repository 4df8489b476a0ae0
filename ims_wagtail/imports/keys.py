"""The keys of rows that are in the book: what makes a row come once."""

from django.db import connection

from .enums import IN_THE_BOOK
from .models import Import, ImportKey


def keep_keys(file: Import) -> None:
    """Keep the keys of a file's rows. ``IntegrityError`` when one is in the book already."""
    with connection.cursor() as cursor:
        # In key order, so that two files with the same rows wait for each other, never in a circle.
        cursor.execute(
            """
            INSERT INTO ims_imports_importkey (import_type_id, key, of_import_id)
            SELECT %s, key, of_import_id FROM ims_imports_importrow
            WHERE of_import_id = %s AND outcome IN (%s, %s) ORDER BY key
            """,
            [file.import_type_id, file.pk, *IN_THE_BOOK],
        )


def queue_for_the_book(*, wait: bool) -> bool:
    """Let one import at a time write into the book; say whether it is this one's turn.

    One that posts while it reads holds the day's totals for as long; two of them would wait for
    each other's. Payments and whoever else writes have totals of their own and never wait here.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ims imports'))")
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('ims imports'))")
        return bool(cursor.fetchone()[0])


def written_keys(file: Import, keys: list[str]) -> str:
    """Return the keys of some rows as ``copy_keys()`` takes them."""
    start, end = f"{file.import_type_id}\t", f"\t{file.pk}\n"
    return "".join(f"{start}{key}{end}" for key in sorted(keys))


def copy_keys(written: str) -> None:
    """Keep the keys of some rows. ``IntegrityError`` when one came before, here or elsewhere."""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(
            "COPY ims_imports_importkey (import_type_id, key, of_import_id) FROM STDIN"
        ) as copy:
            copy.write(written)


def forget_keys(file: Import) -> None:
    """Let the rows of a file that was undone come again."""
    ImportKey.objects.filter(import_type=file.import_type_id, of_import=file).delete()
