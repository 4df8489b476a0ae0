"""What may be missing or late in taking payments."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.conf import ims_settings
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .models import Attempt, MerchantAccount
from .providers.registry import UnknownProvider, provider_class


#: How late a look at a payment may be before the schedule is taken not to run.
SCHEDULE_LATE = timedelta(hours=1)


@probe(Looks.SETUP)
def merchant_accounts(using: str) -> Iterator[Finding]:
    """Find accounts through which no payment can be taken. The database keeps to one default."""
    accounts = list(MerchantAccount.objects.using(using).order_by("code"))
    if not any(account.is_default for account in accounts):
        yield Finding(
            "ims_payments.E001",
            Severity.ERROR,
            _("No merchant account takes payments."),
            _("Make one with ims_merchant_account, or mark one that there is."),
            about=MerchantAccount,
        )
    credentials = ims_settings().credentials
    for account in accounts:
        if account.code not in credentials:
            yield _account_fault(
                account,
                "ims_payments.E002",
                _("Merchant account %(account)s has no credential in the settings.")
                % {"account": account.code},
                _("Add IMS['CREDENTIALS']['%(code)s'], with its key from the environment.")
                % {"code": account.code},
            )
        try:
            provider_class(account.provider)
        except UnknownProvider:
            yield _account_fault(
                account,
                "ims_payments.E003",
                _(
                    "Merchant account %(account)s names the provider “%(provider)s”, which is not "
                    "installed."
                )
                % {"account": account.code, "provider": account.provider},
                _("Install the provider, or name another."),
            )


def _account_fault(account: MerchantAccount, code: str, message: str, remedy: str) -> Finding:
    severity = Severity.ERROR if account.is_default else Severity.WARNING
    return Finding(code, severity, message, remedy, about=account)


@probe(Looks.SETUP)
def schedule(using: str) -> Iterator[Finding]:
    """Find that nobody asks providers about payments that are not final."""
    late = (
        Attempt.objects.using(using)
        .filter(next_check_at__lt=timezone.now() - SCHEDULE_LATE)
        .count()
    )
    if late:
        yield Finding(
            "ims_payments.E004",
            Severity.ERROR,
            ngettext(
                "One payment should have been checked with its provider over an hour ago.",
                "%(count)s payments should have been checked with their provider over an hour ago.",
                late,
            )
            % {"count": late},
            _("Start “manage.py ims_check_payments --every 60” and keep it running."),
            about=Attempt,
        )
