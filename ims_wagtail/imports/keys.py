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


def forget_keys(file: Import) -> None:
    """Let the rows of a file that was undone come again."""
    ImportKey.objects.filter(import_type=file.import_type_id, of_import=file).delete()
