"""What becomes of a row: one function for a type of files, without a query per row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund, MethodOfPayment, Office, VatCode
from ims_wagtail.funds.references import ReferenceInvalid, RuleFacts, compile_facts, open_reference
from ims_wagtail.funds.selectors import NoVatRate, suspense_fund, vat_rate
from ims_wagtail.money import MAXIMUM, ZERO, format_pounds, split_vat

from .enums import RowOutcome
from .formats.contract import Problem
from .models import ImportType
from .rows import Row


#: Money that moves later than this is a slip of the sender's, and so is money of another century.
DAYS_AHEAD = timedelta(days=31)
OLDEST = date(2000, 1, 1)
_REFERENCE, _NARRATIVE = 36, 200
#: Written once: comparing with the text is several times as fast as with the choice.
_POSTED, _SUSPENSE = RowOutcome.POSTED.value, RowOutcome.SUSPENSE.value
_PROBLEM, _REJECTED = RowOutcome.PROBLEM.value, RowOutcome.REJECTED.value


class Verdict(NamedTuple):
    """What a row would become, by ids, and why it would not go to its account."""

    outcome: str
    fund_id: int | None = None
    account_reference: str = ""
    method_id: int | None = None
    office_id: int | None = None
    vat_code_id: int | None = None
    vat_rate: Decimal = ZERO
    vat_amount: Decimal = ZERO
    why: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FundFacts:
    """What checking a row has to know of a fund."""

    pk: int
    check: Callable[[str], str]
    vat_code: str
    vat_override: bool
    is_suspense: bool
    is_open: bool
    is_allowed: bool


def compile_verdicts(import_type: ImportType) -> Callable[[Row], Verdict]:
    """Return what decides about rows of an import type; a handful of queries, then none.

    Raises ``ims_wagtail.funds.selectors.NotSetUp`` without a suspense fund.
    """
    return _Compiler(import_type).function()


class _Compiler:
    def __init__(self, import_type: ImportType) -> None:
        self.import_type = import_type
        allowed = {fund.pk for fund in import_type.funds.all()}
        funds = Fund.objects.select_related("vat_code", "reference_rule__check_digit")
        self.funds = {fund.code: _facts(fund, allowed) for fund in funds}
        self.methods = dict(MethodOfPayment.objects.values_list("code", "pk"))
        self.offices = dict(Office.objects.values_list("code", "pk"))
        self.vat_codes = {
            code.code: code for code in VatCode.objects.prefetch_related("rates").all()
        }
        default = import_type.default_fund
        self.default_fund = default.code if default else ""
        self.latest = accounting_date() + DAYS_AHEAD

    def function(self) -> Callable[[Row], Verdict]:
        funds, methods, offices, latest = self.funds, self.methods, self.offices, self.latest
        default_fund, method_id = self.default_fund, self.import_type.method_id
        office_id, rate_of = self.import_type.office_id, self._rates()
        suspense = funds[suspense_fund().code]
        invalid_reference, new = _reference_problems(), tuple.__new__

        def to_suspense(row: Row, why: str, problem: Problem | None, *ids: int | None) -> Verdict:
            vat_id, rate = rate_of(suspense.vat_code, row.date)
            amount = row.amount or ZERO
            return Verdict(
                _PROBLEM if problem else _SUSPENSE,
                suspense.pk,
                row.reference[:_REFERENCE],
                ids[0] or method_id,
                ids[1] or office_id,
                vat_id,
                rate,
                split_vat(gross=amount, rate=rate).vat if rate else ZERO,
                why,
                problem,
            )

        def decide(row: Row) -> Verdict:
            amount, day = row.amount, row.date
            if not amount or abs(amount) > MAXIMUM:
                return Verdict(_REJECTED, why=_("Amount"), problem=_wrong_amount(row))
            if day is None or not OLDEST <= day <= latest:
                return Verdict(_REJECTED, why=_("Date"), problem=_wrong_date(row, latest))
            method = methods.get(row.method) if row.method else method_id
            office = offices.get(row.office) if row.office else office_id
            wrong = None
            if row.method and method is None:
                wrong = _unknown(row, _("Method of payment"), row.method)
            elif row.office and office is None:
                wrong = _unknown(row, _("Office"), row.office)
            elif row.vat and row.vat not in self.vat_codes:
                wrong = _unknown(row, _("VAT code"), row.vat)
            if wrong:
                return to_suspense(row, f"{wrong.column}: {wrong.found}", wrong, method, office)
            if row.suspense:
                return to_suspense(row, row.suspense, None, method, office)
            code = row.fund or default_fund
            if not code:
                return to_suspense(row, _("No fund"), None, method, office)
            fund = funds.get(code)
            if fund is None:
                wrong = _unknown(row, _("Fund"), code)
            elif fund.is_suspense:
                return to_suspense(row, _("No fund"), None, method, office)
            elif not (fund.is_open and fund.is_allowed):
                wrong = _closed(row, code, fund)
            else:
                try:
                    reference = fund.check(row.reference)
                except ReferenceInvalid as invalid:
                    wrong = invalid_reference(row, invalid)
                else:
                    vat = row.vat if row.vat and fund.vat_override else fund.vat_code
                    try:
                        vat_id, rate = rate_of(vat, day)
                    except NoVatRate:
                        wrong = _unknown(row, _("VAT rate"), f"{vat}, {day}")
                    else:
                        vat_amount = split_vat(gross=amount, rate=rate).vat if rate else ZERO
                        # Of most rows; called by its name the tuple takes twice as long to make.
                        return new(
                            Verdict,
                            (
                                _POSTED,
                                fund.pk,
                                reference,
                                method,
                                office,
                                vat_id,
                                rate,
                                vat_amount,
                                "",
                                None,
                            ),
                        )
            return to_suspense(row, f"{wrong.column}: {wrong.expected}", wrong, method, office)

        return decide

    def _rates(self) -> Callable[[str, date | None], tuple[int, Decimal]]:
        codes = self.vat_codes

        @lru_cache(maxsize=4096)
        def rate_of(code: str, day: date | None) -> tuple[int, Decimal]:
            return codes[code].pk, vat_rate(codes[code], day or accounting_date())

        return rate_of


def _facts(fund: Fund, allowed: set[int]) -> FundFacts:
    rule = fund.reference_rule
    return FundFacts(
        pk=fund.pk,
        check=compile_facts(RuleFacts.of(rule)) if rule else open_reference,
        vat_code=fund.vat_code.code,
        vat_override=fund.vat_override,
        is_suspense=fund.is_suspense,
        is_open=fund.enabled,
        is_allowed=not allowed or fund.pk in allowed,
    )


def _wrong_amount(row: Row) -> Problem:
    return Problem(
        line=row.number,
        column=_("Amount"),
        found=_("nothing") if row.amount is None else format_pounds(row.amount),
        expected=_("an amount other than nothing, of less than £10,000,000,000"),
        remedy=_("Ask the sender: a row of no money can't be in the book"),
    )


def _wrong_date(row: Row, latest: date) -> Problem:
    return Problem(
        line=row.number,
        column=_("Date"),
        found=row.date.isoformat() if row.date else _("nothing"),
        expected=_("a day from %(oldest)s to %(latest)s") % {"oldest": OLDEST, "latest": latest},
        remedy=_("Ask the sender, or look how the layout reads days"),
    )


def _unknown(row: Row, column: str, found: str) -> Problem:
    return Problem(
        line=row.number,
        column=column,
        found=found[:200],
        expected=_("one that is set up here"),
        remedy=_("Set it up, or make a rule that puts ours in its place, then load the file again"),
    )


def _closed(row: Row, code: str, fund: FundFacts) -> Problem:
    return Problem(
        line=row.number,
        column=_("Fund"),
        found=code[:200],
        expected=_("a fund this import type may put money into")
        if fund.is_open
        else _("a fund that is enabled"),
        remedy=_("Add the fund to the import type, or make a rule for these rows")
        if fund.is_open
        else _("Enable the fund, or make a rule for these rows"),
    )


def _reference_problems() -> Callable[[Row, ReferenceInvalid], Problem]:
    """Return what describes a wrong reference; its words are looked up once a file, not a row."""
    column, nothing = _("Account reference"), _("nothing")
    remedy = _("Look the account up; by your choice the money waits in suspense meanwhile")

    @cache
    def expected(code: str, rule: RuleFacts) -> str:
        if code == "blank":
            return _("one like %(example)s") % {"example": rule.example}
        return ReferenceInvalid(code, rule).message

    def problem(row: Row, invalid: ReferenceInvalid) -> Problem:
        found = row.reference[:200] or nothing
        return Problem(row.number, column, found, expected(invalid.code, invalid.rule), remedy)

    return problem
