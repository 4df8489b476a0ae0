"""Account holders and files of them, for the tests."""

from decimal import Decimal
from typing import Any

from ims_wagtail.accounts.models import AccountHolder, ToldBalances
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import ColumnField, HolderMode, ImportKind, OnProblems
from ims_wagtail.imports.models import HolderTotal, Import, ImportType, Layout
from ims_wagtail.imports.working import work_on

from .making import make_import_type


COLUMNS = (
    ColumnField.FUND,
    ColumnField.REFERENCE,
    ColumnField.SURNAME,
    ColumnField.POSTCODE,
    ColumnField.BALANCE,
    ColumnField.STOP_MESSAGE,
)
#: What a file of these columns tells of an account.
TOLD = ("fund__code", "reference", "surname", "postcode", "balance", "stop_message__code")


def make_holders_type(
    code: str = "holders",
    *,
    funds: tuple[Fund, ...] = (),
    columns: tuple[ColumnField, ...] = COLUMNS,
    **values: Any,
) -> ImportType:
    """Files of account holders, separated by commas: a full replacement unless told otherwise."""
    layout = Layout.objects.create(name=code)
    for place, field in enumerate(columns, start=1):
        layout.columns.create(field=field, place=place)
    made = make_import_type(
        code,
        funds=funds,
        method=None,
        kind=ImportKind.ACCOUNT_HOLDERS,
        format="laid-out-holders",
        layout=layout,
        **{"holder_mode": HolderMode.REPLACE, "most_gone": 100} | values,
    )
    made.full_clean()
    return made


def holders_file(*rows: tuple[object, ...]) -> bytes:
    """A file of rows."""
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def accounts_held() -> dict[tuple[str, str], tuple[object, ...]]:
    """What each account says, by fund and reference, in what ``COLUMNS`` tell."""
    return {(row[0], row[1]): row[2:] for row in AccountHolder.objects.values_list(*TOLD)}


def everything_held() -> list[tuple[object, ...]]:
    """All there is about all accounts, but when they were last written."""
    names = [f.attname for f in AccountHolder._meta.concrete_fields if f.name != "updated_at"]
    return [
        *AccountHolder.objects.order_by("pk").values_list(*names),
        *ToldBalances.objects.order_by("pk").values_list("fund", "at"),
    ]


def load(file: Import, *, gone_reason: str = "", rest: bool = False) -> Import:
    """Let a checked file be loaded."""
    confirm(
        import_id=file.pk,
        on_problems=OnProblems.SUSPENSE if rest else OnProblems.REFUSE,
        gone_reason=gone_reason,
        at_once=True,
    )
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def take_back(file: Import) -> Import:
    """Undo a file that was loaded."""
    undo(import_id=file.pk, reason="Wrong file", at_once=True)
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def differences(file: Import) -> dict[str, int]:
    """New, changed, unchanged, gone and left out, over all funds."""
    totals = HolderTotal.objects.filter(of_import=file)
    names = ("new", "changed", "same", "gone", "left_out")
    return {name: sum(getattr(total, name) for total in totals) for name in names}


def owed(text: str) -> Decimal | None:
    """A balance as a file writes it."""
    return Decimal(text) if text else None
