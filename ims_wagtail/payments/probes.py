"""What may be missing or late in taking payments."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site

from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .enums import AttemptState, Channel, EventSource
from .keys import key_problem
from .models import Attempt, MerchantAccount, ProviderEvent, Route
from .providers.registry import UnknownProvider, provider_class
from .selectors import account_for


#: How late a look at a payment may be before the schedule is taken not to run.
SCHEDULE_LATE = timedelta(hours=1)
#: How long a provider may send no message while payments succeed.
SILENCE = timedelta(days=1)
#: So many payment types are named before the rest become an ellipsis.
_NAMED = 5


@probe(Looks.SETUP)
def merchant_accounts(using: str) -> Iterator[Finding]:
    """Find accounts through which no payment can be taken."""
    own = Route.objects.filter(account=OuterRef("pk"))
    accounts = list(
        MerchantAccount.objects.using(using)
        .annotate(
            is_used=Exists(own),
            takes_the_rest=Exists(own.filter(payment_type=None, site=None, channel=Channel.ONLINE)),
        )
        .order_by("code")
    )
    if not any(account.takes_the_rest for account in accounts):
        yield from _not_taken(using)
    credentials = ims_settings().credentials
    for account in accounts:
        named = {"account": account.code, "code": account.code, "provider": account.provider}
        if account.code not in credentials or not credentials[account.code].api_key:
            yield _account_fault(
                account,
                "ims_payments.E002",
                _("Merchant account %(account)s has no credential in the settings.") % named,
                _("Add IMS['CREDENTIALS']['%(code)s'], with its key from the environment.") % named,
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
                % named,
                _("Install the provider, or name another."),
            )
        if account.unavailable_since is not None:
            yield _account_fault(
                account,
                "ims_payments.E006",
                _refused(account),
                _("Put it right with the provider or renew the key, then choose “Try again”."),
            )
        if problem := key_problem(
            code=account.code, provider=account.provider, is_live=account.is_live
        ):
            yield _account_fault(
                account,
                "ims_payments.E007",
                _("Merchant account %(account)s takes no payments. %(problem)s.")
                % {**named, "problem": problem},
                _("Give it the other key in the environment, or correct the account."),
            )


def _not_taken(using: str) -> Iterator[Finding]:
    """Find payment types that no account takes online on any site."""
    enabled = list(PaymentType.objects.using(using).filter(enabled=True).order_by("name"))
    taken: set[int] = set()
    for site_id in Site.objects.using(using).values_list("pk", flat=True):
        taken |= account_for(payment_types=enabled, site_id=site_id, using=using).keys()
    if not Route.objects.using(using).filter(channel=Channel.ONLINE).exists():
        yield Finding(
            "ims_payments.E001",
            Severity.ERROR,
            _("No merchant account takes payments."),
            _("Make one with ims_merchant_account, or say on one that there is what it takes."),
            about=MerchantAccount,
        )
    elif names := [each.name for each in enabled if each.pk not in taken][: _NAMED + 1]:
        shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        yield Finding(
            "ims_payments.E005",
            Severity.ERROR,
            _("No merchant account takes online payments for: %(names)s.") % {"names": shown},
            _("Add a route on a merchant account, or one for everything else."),
            about=MerchantAccount,
        )


def _refused(account: MerchantAccount) -> str:
    return _(
        "The provider refuses merchant account %(account)s (%(why)s) since %(since)s: nothing is "
        "offered through it."
    ) % {
        "account": account.code,
        "why": account.unavailable_why,
        "since": date_format(localtime(account.unavailable_since), "j F Y, H:i"),
    }


def _account_fault(account: Any, code: str, message: str, remedy: str) -> Finding:
    severity = Severity.ERROR if account.is_used else Severity.WARNING
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


@probe(Looks.SETUP)
def silent_webhooks(using: str) -> Iterator[Finding]:
    """Find accounts that took payments without their provider ever sending a message about it."""
    since = timezone.now() - SILENCE
    heard = ProviderEvent.objects.using(using).filter(
        account=OuterRef("pk"), source=EventSource.WEBHOOK, received_at__gte=since
    )
    paid = Attempt.objects.using(using).filter(
        account=OuterRef("pk"), state=AttemptState.PAID, created_at__gte=since
    )
    accounts = MerchantAccount.objects.using(using).filter(Exists(paid), ~Exists(heard))
    for account in accounts.order_by("code"):
        yield Finding(
            "ims_payments.W001",
            Severity.WARNING,
            _(
                "The provider of merchant account %(account)s has sent no message for a day, "
                "though payments succeeded."
            )
            % {"account": account.code},
            _(
                "Give the provider the address /ims/webhooks/%(account)s/ and check its secret. "
                "Payments are completed all the same, by the payer's return and the schedule."
            )
            % {"account": account.code},
            about=account,
        )
