"""What people need to know of a merchant account: its secrets by name, its state, its use."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.access.columns import london_time
from ims_wagtail.access.usage import in_words, usage_of
from ims_wagtail.conf import ims_settings

from .account_form import routes_seen_by
from .availability import closed_because
from .enums import EventSource
from .models import MerchantAccount, ProviderEvent
from .providers.registry import provider_name


Fact = tuple[str | Promise, Any]


def facts_of(account: MerchantAccount, *, reader: Any) -> list[Fact]:
    """Return labels and words, in the order people read them. No secret is among them."""
    return [
        (_("Payments can be begun"), closed_because(account) or _("yes")),
        (_("Provider"), provider_name(account.provider)),
        (_("Credential"), credential_words(account)),
        (_("Webhook secrets"), secrets_words(account)),
        (_("Address for webhooks"), webhook_address(account)),
        (_("Last message"), last_message(account)),
        (_("Takes"), "; ".join(map(str, routes_seen_by(reader, account))) or _("nothing")),
        (_("Used by"), in_words(usage_of(account))),
    ]


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
