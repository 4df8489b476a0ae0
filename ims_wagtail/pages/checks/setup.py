"""Whether what finance has set up lets residents pay on the page, on its days."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import NoPrice, NoVatRate, set_price, vat_rate
from ims_wagtail.payments.availability import closed_because
from ims_wagtail.payments.selectors import account_for

from .findings import Finding, Severity, check
from .version import Version


@check
def payment_type_chosen(version: Version) -> Iterator[Finding]:
    """Without a payment type there is nothing to pay."""
    if version.payment_type is None:
        yield Finding(
            code="no-payment-type",
            severity=Severity.STOP,
            message=_("Nothing is chosen that could be paid for"),
            remedy=_("Choose a payment type. Finance makes those that are missing."),
            field="payment_type",
        )


@check
def payment_type_open(version: Version) -> Iterator[Finding]:
    """What is paid for is open on the first day, and as long as the page is."""
    payment_type = version.payment_type
    if payment_type is None or not version.takes_payments:
        return
    start, end = payment_type.open_from, payment_type.open_until
    if not (payment_type.enabled and payment_type.fund.enabled):
        yield _stop(
            "switched-off",
            _("“%(type)s” is switched off, so nobody could pay") % {"type": payment_type},
            _("Ask finance to switch it on, choose another payment type, or tick “Paused”."),
        )
    elif start and version.first_day < start:
        yield _stop(
            "opens-later",
            _("“%(type)s” can’t be paid before %(day)s")
            % {"type": payment_type, "day": _day(start)},
            _("Let the page open on that day or later, or ask finance for an earlier day."),
        )
    elif end and version.first_day > end:
        yield _stop(
            "ended",
            _("“%(type)s” could be paid until %(day)s only")
            % {"type": payment_type, "day": _day(end)},
            _("Ask finance for a later day, choose another payment type, or tick “Paused”."),
        )
    elif end and (version.last_day is None or version.last_day > end):
        yield Finding(
            code="ends-before-page",
            severity=Severity.ADVISE,
            message=_("“%(type)s” can be paid until %(day)s, and the page stays open")
            % {"type": payment_type, "day": _day(end)},
            remedy=_("Let the page close then, and say under “While closed” what to do instead."),
            field="closes_at",
        )


@check
def price_there(version: Version) -> Iterator[Finding]:
    """Where the council sets the price there is an approved one."""
    payment_type = version.payment_type
    if payment_type is None or not version.takes_payments:
        return
    try:
        set_price(payment_type, version.first_day)
    except NoPrice:
        yield _stop(
            "no-price",
            _("“%(type)s” has no approved price on %(day)s")
            % {"type": payment_type, "day": _day(version.first_day)},
            _("Ask finance to enter the price and have it approved."),
        )


@check
def vat_there(version: Version) -> Iterator[Finding]:
    """The VAT code has a rate on the first day."""
    payment_type = version.payment_type
    if payment_type is None or not version.takes_payments:
        return
    try:
        vat_rate(payment_type.vat_code or payment_type.fund.vat_code, version.first_day)
    except NoVatRate:
        yield _stop(
            "no-vat-rate",
            _("The VAT of “%(type)s” has no rate on %(day)s")
            % {"type": payment_type, "day": _day(version.first_day)},
            _("Ask finance to add the rate."),
        )


@check
def account_ready(version: Version) -> Iterator[Finding]:
    """An account takes it online on the page's site, and its provider can be reached."""
    payment_type = version.payment_type
    if payment_type is None or not version.takes_payments:
        return
    accounts = account_for(payment_types=[payment_type], site_id=version.site_id)
    account = accounts.get(payment_type.pk)
    if account is None:
        yield _stop(
            "no-account",
            _("No merchant account takes “%(type)s” online") % {"type": payment_type},
            _("Ask finance to say under “Paid through this account” which one does."),
        )
    elif account.unavailable_since is not None:
        # It passes by itself, and must not keep anybody from putting words right meanwhile.
        yield _advice(payment_type)
    elif closed_because(account):
        yield _stop(
            "account-not-ready",
            _("The merchant account of “%(type)s” is not ready") % {"type": payment_type},
            _("Ask finance: the screen of the merchant account says what is missing."),
        )


def _advice(payment_type: PaymentType) -> Finding:
    return Finding(
        code="account-refused",
        severity=Severity.ADVISE,
        message=_("The payment provider takes no payments for “%(type)s” at the moment")
        % {"type": payment_type},
        remedy=_("Residents read that it is closed for now. Tick “Paused” to say more."),
        field="payment_type",
    )


def _stop(code: str, message: str, remedy: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.STOP,
        message=message,
        remedy=remedy,
        field="payment_type",
    )


def _day(day: date) -> str:
    return date_format(day, "j F Y")
