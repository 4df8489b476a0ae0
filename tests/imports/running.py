"""Files brought in, checked and posted as a worker would, for the tests."""

from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Sum

from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import OnProblems
from ims_wagtail.imports.models import Import, ImportRow, ImportType
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.ledger.verification import verify


def line(number: int, **changes: Any) -> str:
    """A row of the earlier system's file: £10 for a council tax account unless told otherwise."""
    cells = {
        "reference": f"N{number:06}",
        "internal": "",
        "psp": "",
        "office": "SP",
        "entered": "2026-11-20 10:00:00",
        "moved": "2026-11-20 10:00:00",
        "account": "301122331",
        "user": "1",
        "fund": "23",
        "method": "",
        "amount": "10.00",
        "vat": "",
        "rate": "",
        "vat_amount": "",
        "narrative": "Payment",
    }
    return ",".join(str(value) for value in (cells | changes).values())


def file_of(*lines: str) -> bytes:
    """A file of lines."""
    return "".join(f"{one}\n" for one in lines).encode()


def bring(import_type: ImportType, content: bytes, file_name: str = "a.csv", **more: Any) -> Import:
    """Bring a file in and check it."""
    file = receive(
        import_type=import_type,
        file=ContentFile(content),
        file_name=file_name,
        at_once=True,
        **more,
    )
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def post(file: Import, on_problems: str = OnProblems.REFUSE, by: Any = None) -> Import:
    """Let a checked file be posted."""
    confirm(import_id=file.pk, by=by, on_problems=on_problems, at_once=True)
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def outcomes(file: Import) -> list[str]:
    """What became of each row, in the file's order."""
    rows = ImportRow.objects.filter(of_import=file).order_by("ordinal")
    return list(rows.values_list("outcome", flat=True))


def book() -> Decimal:
    """What the book comes to."""
    return Transaction.objects.aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")


def accounts() -> dict[tuple[str, str], Decimal]:
    """What each account stands at, those with nothing left out."""
    found = Transaction.objects.values("fund__code", "account_reference").annotate(
        sum=Sum("amount")
    )
    return {
        (row["fund__code"], row["account_reference"]): row["sum"]
        for row in found.order_by()
        if row["sum"]
    }


def check_now() -> None:
    """Let the deferred rules speak as they would at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def breaches() -> list[str]:
    """The rules of the book that don't hold."""
    return [breach.rule for _, breach in verify() if breach]


def problems_of(file: Import) -> list[tuple[int, str, str]]:
    """Line, column and what was found, of every problem."""
    return list(file.problems.values_list("line", "column", "found"))
