"""References people read aloud: a letter, a number, and a letter that catches slips."""

import re

from django.db import connection


_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SHAPE = re.compile(r"[A-Z]([0-9]{1,18})([A-Z])")


def is_well_formed(reference: str) -> bool:
    """Tell whether a receipt number or transaction reference was read and typed without a slip.

    The last letter is the number modulo 23; one wrong digit or two swapped neighbours change it.
    """
    match = _SHAPE.fullmatch(reference)
    return match is not None and _LETTERS[int(match[1]) % 23] == match[2]


def reference_of(prefix: str, number: int) -> str:
    """Write a number as a reference: what the database's ``ims_reference`` returns."""
    return f"{prefix}{number}{_LETTERS[number % 23]}"


def next_receipt_number() -> str:
    """Take the next receipt number from the database's sequence."""
    return next_receipt_numbers(1)[0]


def next_receipt_numbers(count: int) -> list[str]:
    """Take several receipt numbers in one query, for files and batches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ims_next_reference('R', 'ims_receipt_number') FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor]
