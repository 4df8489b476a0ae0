"""What an account at Smartpay Fuse is opened with: keys for its page, and others for its API."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from ims_wagtail.conf import Credential, ims_settings


#: What ``extra`` of the credential has to hold.
EXTRA = ("profile_id", "checkout_url", "merchant_id", "api_url", "api_key_id", "api_secret")

#: The hosts that may be spoken to without encryption: this machine.
_LOCAL = ("127.0.0.1", "localhost")


class Incomplete(LookupError):
    """The credential lacks something; the message names it and holds no secret."""


@dataclass(frozen=True, slots=True)
class Keys:
    """All values of one account. The first secret signs; every one may have signed a reply."""

    access_key: str
    secrets: tuple[str, ...] = field(repr=False)
    profile_id: str
    checkout_url: str
    merchant_id: str
    api_url: str
    api_key_id: str
    api_secret: str = field(repr=False)


def keys_of(credential: Credential) -> Keys:
    """Return the values of an account. Raises ``Incomplete``."""
    missing = [name for name in EXTRA if not credential.extra.get(name)]
    if not credential.api_key:
        missing.append("api_key")
    if not credential.webhook_secrets:
        missing.append("webhook_secrets")
    if missing:
        raise Incomplete(f"missing: {', '.join(missing)}")
    for name in ("checkout_url", "api_url"):
        address = urlsplit(credential.extra[name])
        if address.scheme != "https" and address.hostname not in _LOCAL:
            raise Incomplete(f"{name} must begin with https://")
    return Keys(
        access_key=credential.api_key,
        secrets=credential.webhook_secrets,
        **{name: credential.extra[name] for name in EXTRA},
    )


def keys_for(webhook_url: str) -> Keys | None:
    """Return the values of the account whose webhook address this is, if it is complete."""
    path = webhook_url.removeprefix(ims_settings().base_url)
    try:
        return keys_of(ims_settings().credentials[resolve(path).kwargs["account"]])
    except (Resolver404, LookupError):
        return None
