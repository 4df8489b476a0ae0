"""May all of a file's journals be made? The rules of the form, for many lines at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.checking import method_of_arrival
from ims_wagtail.corrections.enums import CorrectionKind
from ims_wagtail.corrections.forms import choices_for
from ims_wagtail.corrections.kinds import permission_to_ask
from ims_wagtail.corrections.targets import check_targets
from ims_wagtail.corrections.wishes import To
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO, format_pounds

from .reading import ACCOUNT, AMOUNT, FUND, REFERENCE, VAT, Fault, JournalLine


KIND = CorrectionKind.JOURNAL
#: The column a problem of a target stands in, where that isn't the one it names.
_COLUMN_OF = {
    "reference": ACCOUNT,
    "amount": AMOUNT,
    "payment_type": FUND,
    "no_vat_rate": VAT,
    "vat": VAT,
}


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A line with what it takes from and where the money goes, as far as it can be told."""

    line: JournalLine
    taken_from: Transaction | None
    to: To | None
    account: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """All lines of a file, and everything that is wrong with any."""

    lines: tuple[CheckedLine, ...]

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong, line by line."""
        return [fault for line in self.lines for fault in line.faults]

    @property
    def total(self) -> Decimal:
        """The pounds of every line whose amount can be read."""
        return sum((line.line.amount or ZERO for line in self.lines), ZERO)


def check_file(lines: Sequence[JournalLine], *, by: Any) -> CheckedFile:
    """Check every line, in ten queries however many there are.

    Raises ``CorrectionRefused`` when journals can't be made at all.
    """
    method = method_of_arrival(KIND)
    mine = scope_of(by, permission_to_ask(KIND))
    choices = choices_for(by, permission_to_ask(KIND))
    funds = {fund.code.upper(): fund for fund in choices.funds.values()}
    codes = {code.code.upper(): code for code in choices.vat_codes.values()}
    sources = {
        found.reference: found
        for found in Transaction.objects.filter(reference__in={line.reference for line in lines})
        .select_related("fund", "vat_code")
        .order_by("pk")
        if found.fund_id in mine
    }
    faults: dict[int, list[Fault]] = {line.number: list(line.faults) for line in lines}
    targets: dict[int, To] = {}
    for line in lines:
        fund, code = funds.get(line.fund), codes.get(line.vat)
        if line.fund and fund is None:
            unknown = _("There is no such fund in which you may move money. Use a fund's code")
            faults[line.number].append(line.fault(FUND, unknown))
        if line.vat and code is None:
            unknown = _("There is no such VAT code. Leave it empty for the fund's own")
            faults[line.number].append(line.fault(VAT, unknown))
        if fund and line.amount and (code or not line.vat) and _is_readable(line):
            targets[line.number] = To(fund, line.account, line.amount, code, line.narrative)
    found = check_targets(list(targets.values()), method=method)
    by_number = {line.number: line for line in lines}
    accounts: dict[int, str] = {}
    sees = scope_of(by, "ims_accounts.view_accountholder")
    for (number, to), target in zip(list(targets.items()), found, strict=True):
        for problem in target.problems:
            column = _COLUMN_OF.get(problem.code) or _COLUMN_OF[problem.field]
            faults[number].append(by_number[number].fault(column, problem.message))
        if target.checked:
            checked = target.checked
            targets[number] = To(
                to.fund, checked.reference, to.amount, checked.vat_code, to.narrative
            )
            if checked.account and to.fund.pk in sees:
                accounts[number] = str(checked.account)
    for number, fault in _wrong_sources(lines, sources, targets):
        faults[number].append(fault)
    return CheckedFile(
        tuple(
            CheckedLine(
                line=line,
                taken_from=sources.get(line.reference),
                to=targets.get(line.number),
                account=accounts.get(line.number, ""),
                faults=tuple(faults[line.number]),
            )
            for line in lines
        )
    )


def _is_readable(line: JournalLine) -> bool:
    return not any(fault.column == ACCOUNT for fault in line.faults)


def _wrong_sources(
    lines: Sequence[JournalLine], sources: Mapping[str, Transaction], targets: Mapping[int, To]
) -> Iterator[tuple[int, Fault]]:
    """Find lines that take from nothing, from a correction, too much, or put money back."""
    left = available(source.pk for source in sources.values())
    rest = defaultdict(lambda: ZERO, left)
    for line in lines:
        source = sources.get(line.reference)
        if source is None:
            if line.reference:
                yield (
                    line.number,
                    line.fault(REFERENCE, _("There is no such transaction in your funds")),
                )
            continue
        to = targets.get(line.number)
        if source.corrects_id:
            why = _("It corrects another transaction: move the money where it is now")
            yield line.number, line.fault(REFERENCE, why)
        elif line.amount and line.amount > rest[source.pk]:
            why = _("Only %(left)s of it can be moved, other lines of this file counted") % {
                "left": format_pounds(rest[source.pk])
            }
            yield line.number, line.fault(AMOUNT, why)
        elif line.amount:
            rest[source.pk] -= line.amount
        if to and (to.fund.pk, to.reference, (to.vat_code or to.fund.vat_code).pk) == (
            source.fund_id,
            source.account_reference,
            source.vat_code_id,
        ):
            why = _("That is where the money is now: name another account, fund or VAT code")
            yield line.number, line.fault(ACCOUNT, why)
