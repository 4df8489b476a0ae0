"""What people need to know of a merchant account: its secrets by name, its state, its use."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.access.columns import london_time
from ims_wagtail.access.usage import in_words, usage_of
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import Fund
from ims_wagtail.money import format_pounds

from .account_form import routes_seen_by
from .availability import closed_because
from .enums import EventSource
from .models import MerchantAccount, ProviderEvent
from .pausing import paused_until
from .providers.registry import provider_name


Fact = tuple[str | Promise, Any]


def facts_of(account: MerchantAccount, *, reader: Any) -> list[Fact]:
    """Return labels and words, in the order people read them. No secret is among them."""
    return [
        (_("Payments can be begun"), closed_because(account) or _("yes")),
        (_("Checks in the background"), _checks(account)),
        (_("Code"), account.code),
        (_("Provider"), provider_name(account.provider)),
        (_("Takes real money"), _yes_or_no(account.is_live)),
        (_("One payment"), payment_limits(account)),
        (_("Capture after checking"), _yes_or_no(account.delayed_capture)),
        (_("Credential"), credential_words(account)),
        (_("Webhook secrets"), secrets_words(account)),
        (_("Address for webhooks"), webhook_address(account)),
        (_("Last message"), last_message(account)),
        (_("Takes"), "; ".join(map(str, routes_seen_by(reader, account))) or _("nothing")),
        (_("Card surcharges"), _posted_to(account.surcharge_fund, account.surcharge_reference)),
        (_("Fees of lost disputes"), _posted_to(account.fee_fund, account.fee_reference)),
        (_("Used by"), in_words(usage_of(account))),
    ]


def payment_limits(account: MerchantAccount) -> str:
    """Say how much one payment may come to."""
    return _("from %(least)s to %(most)s") % {
        "least": format_pounds(account.minimum_amount),
        "most": format_pounds(account.maximum_amount),
    }


def _checks(account: MerchantAccount) -> str:
    if until := paused_until(account):
        return _("wait until %(until)s: the provider answers that it is asked too much") % {
            "until": london_time(until)
        }
    return _("as planned")


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _posted_to(fund: Fund | None, reference: str) -> str:
    if fund is None:
        return _("posted to suspense")
    return ", ".join(filter(None, [_("posted to %(fund)s") % {"fund": fund}, reference]))


def setting_name(account: MerchantAccount) -> str:
    """Return where in the settings the key of an account stands."""
    return f"IMS['CREDENTIALS']['{account.code}']['api_key']"


def credential_words(account: MerchantAccount) -> str:
    """Say which setting holds the key, and whether it is there."""
    credential = ims_settings().credentials.get(account.code)
    if credential is None or not credential.api_key:
        return _("%(setting)s is missing: add it, from the environment") % {
            "setting": setting_name(account)
        }
    return _("%(setting)s is there") % {"setting": setting_name(account)}


def secrets_words(account: MerchantAccount) -> str:
    """Say how many webhook secrets there are, since without one every message is refused."""
    credential = ims_settings().credentials.get(account.code)
    number = len(credential.webhook_secrets) if credential else 0
    if not number:
        return _("none: the provider’s messages are refused, payments are found by the schedule")
    return ngettext("one", "%(number)s, the first being tried first", number) % {"number": number}


def webhook_address(account: MerchantAccount) -> str:
    """Return where the provider is to send its messages."""
    return ims_settings().base_url + reverse("ims_payments:webhook", args=[account.code])


def last_message(account: MerchantAccount) -> str:
    """Say when the provider last sent a message, and by which of the secrets it was signed.

    While secrets are changed this tells when the old one may go.
    """
    event = (
        ProviderEvent.objects.filter(account=account, source=EventSource.WEBHOOK)
        .order_by("-pk")
        .first()
    )
    if event is None:
        return _("none yet")
    credential = ims_settings().credentials.get(account.code)
    return _("signed with secret %(number)s of %(count)s at %(when)s") % {
        "number": event.detail.get("secret", 1),
        "count": len(credential.webhook_secrets) if credential else 0,
        "when": london_time(event.received_at),
    }
