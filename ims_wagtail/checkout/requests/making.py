"""Making requests: only what a resident could pay today may be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.accounts.checks import FindAccount, PaymentRefused, check_payment, find_account
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import NoPrice, set_price

from .models import RequestRecipient, RequestToPay
from .sending import send


#: A link may be open for a year and a day.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to be asked for; empty where they say themselves, money in pounds."""

    payment_type: PaymentType
    expires_on: date
    reference: str = ""
    amount: Decimal | None = None
    name: str = ""
    email: str = ""
    message: str = ""
    language: str = "en-gb"
    page_id: int | None = None
    site_id: int | None = None
    single_use: bool = True
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of what is wanted."""

    field: str
    words: str


class RequestRefused(Exception):
    """It can't be asked for; ``faults`` say why, for staff."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.words for fault in self.faults))


def check_wanted(wanted: Wanted, *, find: FindAccount = find_account) -> str:
    """Return the reference as it will stand in the book. Raises ``RequestRefused``.

    Who checks many passes ``find``, which finds the accounts read before.
    """
    faults = [*_of_date(wanted.expires_on), *_of_source(wanted)]
    reference = ""
    if not faults:
        try:
            reference = _by_the_rules(wanted, find)
        except PaymentRefused as refused:
            faults += [Fault(_field(each.field), str(each.message)) for each in refused.problems]
    if faults:
        raise RequestRefused(faults)
    return reference


@transaction.atomic
def make_request(*, wanted: Wanted, by: Any, and_send: bool = False) -> RequestToPay:
    """Make a request, and send it at once if wanted and nobody has to approve it first.

    One that waits is sent when it is approved. Raises ``RequestRefused``.
    """
    reference = check_wanted(wanted)
    if and_send and not wanted.email:
        raise RequestRefused([Fault("email", _("Enter an email address to send it to"))])
    request = RequestToPay.objects.create(**values_of(wanted, reference=reference), made_by=by)
    RequestRecipient.objects.create(request=request, **person_of(wanted))
    audit.record(
        user=by,
        action="create",
        obj=request,
        fund=wanted.payment_type.fund_id,
        after={
            "payment_type": str(wanted.payment_type),
            "reference": reference,
            "amount": str(wanted.amount or ""),
            "open_until": wanted.expires_on,
            "single_use": wanted.single_use,
            "needs_approval": wanted.needs_approval,
        },
    )
    if and_send and not wanted.needs_approval:
        send(request=request, by=by)
    return request


def values_of(wanted: Wanted, *, reference: str) -> dict[str, Any]:
    """Return the columns of a request for what was checked."""
    return {
        "payment_type": wanted.payment_type,
        "page_id": wanted.page_id,
        "site_id": wanted.site_id,
        "reference": reference,
        "amount": wanted.amount,
        "single_use": wanted.single_use,
        "language": wanted.language,
        "needs_approval": wanted.needs_approval,
        "expires_at": end_of(wanted.expires_on),
    }


def person_of(wanted: Wanted) -> dict[str, Any]:
    """Return what is kept of who is asked."""
    return {"name": wanted.name, "email": wanted.email, "message": wanted.message}


def end_of(day: date) -> datetime:
    """Return when a day is over in Europe/London."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON)


def _of_date(day: date) -> Iterable[Fault]:
    today = accounting_date()
    if day < today:
        yield Fault("expires_on", _("This day is over. Choose today or a later one"))
    elif day > today + timedelta(days=MOST_DAYS):
        yield Fault("expires_on", _("A link can be open for a year at most"))


def _of_source(wanted: Wanted) -> Iterable[Fault]:
    """Nothing may be settled here that finance has settled for everybody."""
    kind = wanted.payment_type
    if wanted.reference and kind.reference_source != ReferenceSource.PAYER:
        yield Fault("reference", _("Everybody pays this to one account. Leave it empty"))
    if wanted.amount is not None and kind.amount_source != AmountSource.PAYER:
        yield Fault("amount", _("The price of this is set. Leave it empty"))
    if kind.amount_source == AmountSource.PRICES and wanted.page_id is None:
        yield Fault("page", _("The prices of this are laid out by a page. Choose the page"))


def _by_the_rules(wanted: Wanted, find: FindAccount) -> str:
    kind = wanted.payment_type
    if not wanted.reference and kind.reference_source == ReferenceSource.PAYER:
        if wanted.amount is not None:
            _check_amount(wanted)
        return ""
    try:
        amount = wanted.amount or set_price(kind, accounting_date()) or kind.minimum_amount
    except NoPrice:
        amount = kind.minimum_amount
    # What residents are refused without a reason, staff are told in their words first.
    for audience in (Audience.STAFF, Audience.PUBLIC):
        checked = check_payment(
            payment_type=kind,
            reference=wanted.reference,
            amount=amount,
            audience=audience,
            find_account=find,
            # Where a page lays out prices, what it comes to is known when it is paid.
            worked_out=amount,
        )
    return checked.reference if wanted.reference else ""


def _check_amount(wanted: Wanted) -> None:
    """Look at an amount for whatever account: what is wrong with no reference doesn't count."""
    try:
        check_payment(
            payment_type=wanted.payment_type,
            reference="",
            amount=wanted.amount or Decimal(0),
            audience=Audience.STAFF,
        )
    except PaymentRefused as refused:
        problems = tuple(each for each in refused.problems if each.field != "reference")
        if problems:
            raise PaymentRefused(problems) from refused


def _field(name: str) -> str:
    return name if name in ("reference", "amount") else "payment_type"
