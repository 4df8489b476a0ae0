"""Checking a file as a whole: every row by the rules of a single request, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.accounts.checks import FindAccount
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.checkout.requests.making import RequestRefused, Wanted, check_wanted
from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.funds.references import (
    ReferenceInvalid,
    RuleFacts,
    compile_facts,
    open_reference,
)
from ims_wagtail.money import ZERO

from .reading import AMOUNT, EMAIL, EXPIRY, REFERENCE, FileRow, RowFault


_COLUMNS = {"reference": REFERENCE, "amount": AMOUNT, "expires_on": EXPIRY}
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every row of a file."""

    payment_type: PaymentType
    expires_on: date
    language: str
    single_use: bool
    and_send: bool
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The rows, their references as they will stand in the book, and all that is wrong."""

    rows: tuple[FileRow, ...]
    faults: tuple[RowFault, ...]

    @property
    def total(self) -> Decimal:
        """What all rows ask for together, in pounds, as far as they say."""
        return sum((row.amount for row in self.rows if row.amount), ZERO)

    @property
    def number_to_send(self) -> int:
        """How many have an address."""
        return sum(bool(row.email) for row in self.rows)


def check_file(rows: Sequence[FileRow], *, terms: Terms) -> CheckedFile:
    """Check every row; two queries, whatever their number."""
    find = _finder(rows, terms.payment_type.fund)
    faults: list[RowFault] = []
    checked = []
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        wrong = [*row.faults, *_of_sending(row, terms)]
        try:
            if not row.faults:
                reference = check_wanted(wanted_of(row, terms=terms), find=find)
                checked.append(replace(row, reference=reference))
        except RequestRefused as refused:
            wrong += [
                RowFault(
                    row.number,
                    column := _COLUMNS.get(fault.field, REFERENCE),
                    _found(row, column),
                    fault.words,
                )
                for fault in refused.faults
            ]
        same = (row.reference, row.amount, row.email, row.expires_on)
        if (first := seen.setdefault(same, row.number)) != row.number:
            words = _("It is the same as row %(row)d. Remove one of them") % {"row": first}
            wrong.append(RowFault(row.number, REFERENCE, row.reference, words))
        faults += wrong
    return CheckedFile(rows=tuple(checked) if not faults else tuple(rows), faults=tuple(faults))


def wanted_of(row: FileRow, *, terms: Terms) -> Wanted:
    """Return what a row asks for, by the terms of its file."""
    return Wanted(
        payment_type=terms.payment_type,
        expires_on=row.expires_on or terms.expires_on,
        reference=row.reference,
        amount=row.amount,
        name=row.name,
        email=row.email,
        message=row.message,
        language=terms.language,
        site_id=terms.site_id,
        single_use=terms.single_use,
    )


def _of_sending(row: FileRow, terms: Terms) -> list[RowFault]:
    if not terms.and_send or row.email:
        return []
    words = _("Give an address, or don’t have the links sent by e-mail")
    return [RowFault(row.number, EMAIL, "", words)]


def _found(row: FileRow, column: str) -> str:
    found = {REFERENCE: row.reference, AMOUNT: row.amount, EXPIRY: row.expires_on}[column]
    return "" if found is None else str(found)


def _finder(rows: Sequence[FileRow], fund: Fund) -> FindAccount:
    """Read the accounts of all rows at once."""
    rule = fund.reference_rule
    normalise = compile_facts(RuleFacts.of(rule)) if rule else open_reference
    wanted = set()
    for row in rows:
        try:
            wanted.add(normalise(row.reference))
        except ReferenceInvalid:
            continue  # told when the row is checked
    references = sorted(wanted)
    found = {
        holder.reference: holder
        for at in range(0, len(references), _AT_ONCE)
        for holder in AccountHolder.objects.select_related("stop_message").filter(
            fund=fund, reference__in=references[at : at + _AT_ONCE]
        )
    }
    return lambda _fund, reference: found.get(reference)
