"""The stage in which files have begun to come in: their types, layouts and rules, and two files."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from ims_wagtail.approvals.services import approve
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import (
    ArrivesBy,
    ColumnField,
    ExpectedOn,
    HolderMode,
    ImportKind,
    LinePart,
    OnProblems,
)
from ims_wagtail.imports.models import (
    Import,
    ImportRule,
    ImportType,
    Layout,
    LayoutColumn,
    RuleAction,
    RuleCondition,
)
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.rules.enabling import ask_to_enable
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.imports.schedule import is_working_day
from ims_wagtail.imports.working import work_on

from . import fund_list, reference_rules, staff
from .file_words import RENTS_SAMPLE, SHOPS_SAMPLE, Entry, paid_in_shops, statement


BANK, SHOPS, RENTS = "bank-statement", "paypoint", "rent-accounts"
_APPROVER = "approver"

#: What each column of a file holds: field, part of the file, number of the column, heading.
_SHOPS_COLUMNS = (
    (ColumnField.SEQUENCE, LinePart.HEADER, 2, ""),
    (ColumnField.REFERENCE, LinePart.ROW, 2, ""),
    (ColumnField.AMOUNT, LinePart.ROW, 3, ""),
    (ColumnField.DATE, LinePart.ROW, 4, ""),
    (ColumnField.EXTERNAL_ID, LinePart.ROW, 5, ""),
    (ColumnField.ROW_COUNT, LinePart.TRAILER, 2, ""),
    (ColumnField.TOTAL, LinePart.TRAILER, 3, ""),
)
_RENTS_COLUMNS = (
    (ColumnField.REFERENCE, LinePart.ROW, None, "Account"),
    (ColumnField.SURNAME, LinePart.ROW, None, "Tenant"),
    (ColumnField.ADDRESS_1, LinePart.ROW, None, "Address"),
    (ColumnField.POSTCODE, LinePart.ROW, None, "Postcode"),
    (ColumnField.BALANCE, LinePart.ROW, None, "Balance"),
)


def is_done() -> bool:
    """Tell whether the types of files stand."""
    return ImportType.objects.filter(code__in=(BANK, SHOPS, RENTS)).exists()


def build() -> str:
    """Set files up, post a bank statement, and leave a file of shops for somebody to decide."""
    _types()
    _rules()
    day = _last_working_day()
    officer = User.objects.get(username=staff.FINANCE_OFFICER)
    posted = _receive(BANK, f"ANYB-{day:%Y%m%d}.xml", statement(day, _entries(), _OPENING), officer)
    confirm(import_id=posted.pk, by=officer, on_problems=OnProblems.REFUSE, at_once=True)
    work_on(import_id=posted.pk)
    _receive(SHOPS, f"PP{day:%y%m%d}.csv", paid_in_shops(day, _payments()), None)
    return f"{ImportType.objects.count()} types of files, one posted, one waiting to be decided"


_OPENING = Decimal("18204.16")


def _entries() -> list[Entry]:
    accounts = _references(fund_list.COUNCIL_TAX, 30, 5)
    paid = [
        Entry(pounds, f"{accounts[number]} {words}")
        for number, (pounds, words) in enumerate(
            (
                ("168.00", "COUNCIL TAX"),
                ("142.50", "STANDING ORDER"),
                ("1210.00", "C/TAX IN FULL"),
                ("96.40", "BILL PAYMENT"),
                ("75.00", "FASTER PAYMENT"),
            )
        )
    ]
    return [*paid, Entry("54.20", "SHARED HOUSE KITTY"), Entry("-12.50", "CHARGES TO 31 OCT")]


def _payments() -> list[tuple[str, str]]:
    taxed = _references(fund_list.COUNCIL_TAX, 60, 3)
    let = _references(fund_list.RENTS, 60, 3)
    wrong = taxed[2][:-1] + str((int(taxed[2][-1]) + 1) % 10)
    return [
        (taxed[0], "25.00"),
        (let[0], "98.20"),
        (let[1], "104.75"),
        (taxed[1], "40.00"),
        (wrong, "31.50"),
        (let[2], "96.40"),
    ]


def _references(fund: str, start: int, count: int) -> list[str]:
    rule = Fund.objects.select_related("reference_rule__check_digit").get(code=fund).reference_rule
    assert rule is not None  # noqa: S101 (both funds have one)
    return [reference_rules.example(rule, start + number) for number in range(count)]


def _receive(code: str, name: str, content: bytes, by: User | None) -> Import:
    file = receive(
        import_type=ImportType.objects.get(code=code),
        file=ContentFile(content),
        file_name=name,
        by=by,
        at_once=True,
    )
    work_on(import_id=file.pk)
    return file


def _last_working_day() -> date:
    day = accounting_date() - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _types() -> None:
    funds = Fund.objects.in_bulk(field_name="code")
    methods = MethodOfPayment.objects.in_bulk(field_name="code")
    bank = ImportType.objects.create(
        code=BANK, name="Bank statement", format="camt053", method=methods["30"]
    )
    bank.funds.set(
        funds[code] for code in (fund_list.COUNCIL_TAX, fund_list.BUSINESS_RATES, fund_list.RENTS)
    )
    shops = ImportType.objects.create(
        code=SHOPS,
        name="PayPoint",
        format="laid-out",
        layout=_layout("PayPoint", SHOPS_SAMPLE, _SHOPS_COLUMNS, header="H,", trailer="T,"),
        default_fund=funds[fund_list.COUNCIL_TAX],
        method=methods["18"],
        arrives_by=ArrivesBy.FOLDER,
        expected_on=ExpectedOn.WORKING_DAYS,
    )
    shops.funds.set(funds[code] for code in (fund_list.COUNCIL_TAX, fund_list.RENTS))
    rents = ImportType.objects.create(
        code=RENTS,
        name="Rent accounts, from housing",
        kind=ImportKind.ACCOUNT_HOLDERS,
        format="laid-out-holders",
        layout=_layout("Rent accounts", RENTS_SAMPLE, _RENTS_COLUMNS, has_headings=True),
        default_fund=funds[fund_list.RENTS],
        holder_mode=HolderMode.CHANGES,
    )
    rents.funds.set([funds[fund_list.RENTS]])
    for each in ImportType.objects.filter(arrives_by=ArrivesBy.FOLDER):
        (Path(ims_settings().import_folder) / each.code).mkdir(parents=True, exist_ok=True)


def _layout(
    name: str,
    sample: str,
    columns: tuple[tuple[ColumnField, LinePart, int | None, str], ...],
    *,
    header: str = "",
    trailer: str = "",
    has_headings: bool = False,
) -> Layout:
    layout = Layout.objects.create(
        name=name,
        sample=sample,
        header_starts=header,
        trailer_starts=trailer,
        has_headings=has_headings,
    )
    LayoutColumn.objects.bulk_create(
        LayoutColumn(
            layout=layout,
            field=field,
            part=part,
            place=place,
            heading=heading,
            required=field == ColumnField.REFERENCE,
        )
        for field, part, place, heading in columns
    )
    return layout


def _rules() -> None:
    """Write three rules; two are on, and one waits for the approver."""
    council_tax = _rule(
        "Council tax paid into the bank",
        BANK,
        (RuleField.NARRATIVE, Operator.HOLDS_REFERENCE, "council-tax"),
        (ActionKind.TAKE_REFERENCE, "council-tax"),
    )
    rents = _rule(
        "Rents paid in shops",
        SHOPS,
        (RuleField.REFERENCE, Operator.STARTS, "6110"),
        (ActionKind.FUND, fund_list.RENTS),
    )
    charges = _rule(
        "Charges of the bank",
        BANK,
        (RuleField.NARRATIVE, Operator.STARTS, "CHARGES"),
        (ActionKind.SUSPENSE, "A charge of the bank, for treasury"),
    )
    officer = User.objects.get(username=staff.FINANCE_OFFICER)
    approver = User.objects.get(username=_APPROVER)
    for rule, reason in (
        (council_tax, "Payers write the number of their bill"),
        (rents, "One file brings two funds"),
    ):
        asked = ask_to_enable(rule=rule, reason=reason, by=officer)
        approve(approval_id=asked.pk, by=approver)
    ask_to_enable(rule=charges, reason="So that nobody looks for an account", by=officer)


def _rule(
    name: str,
    code: str,
    condition: tuple[RuleField, Operator, str],
    action: tuple[ActionKind, str],
) -> ImportRule:
    rule = ImportRule.objects.create(name=name)
    rule.import_types.add(ImportType.objects.get(code=code))
    field, operator, value = condition
    RuleCondition.objects.create(rule=rule, field=field, operator=operator, value=value)
    RuleAction.objects.create(rule=rule, kind=action[0], value=action[1])
    return rule
