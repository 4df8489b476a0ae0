"""Which providers the package brings, by the key that a merchant account names."""

from django.utils.module_loading import import_string

from .contract import Provider


#: Imported on first use, so that a site loads only the providers it uses.
PROVIDERS = {
    "sandbox": "ims_wagtail.payments.providers.sandbox.provider.SandboxProvider",
    "smartpay_fuse": "ims_wagtail.payments.providers.smartpay_fuse.provider.SmartpayFuseProvider",
    "stripe_checkout": "ims_wagtail.payments.providers.stripe_checkout.provider.StripeProvider",
    "govukpay": "ims_wagtail.payments.providers.govukpay.provider.GovUkPayProvider",
}


#: The services' own names, the same in every language.
NAMES = {
    "sandbox": "Sandbox",
    "smartpay_fuse": "Smartpay Fuse",
    "stripe_checkout": "Stripe Checkout",
    "govukpay": "GOV.UK Pay",
}


class UnknownProvider(LookupError):
    """No provider has this key, or its app is not installed."""


def provider_class(key: str) -> type[Provider]:
    """Return the class of a provider. Raises ``UnknownProvider``."""
    try:
        found: type[Provider] = import_string(PROVIDERS[key])
    except (KeyError, ImportError, RuntimeError) as error:
        # RuntimeError is Django's word for a model whose app is not installed.
        raise UnknownProvider(f"The payment provider “{key}” is not installed") from error
    return found


def provider_name(key: str) -> str:
    """Return what people call a provider."""
    return NAMES.get(key, key)


def installed_providers() -> list[tuple[str, str]]:
    """Return the providers that can be used on this site: key and name, by name."""
    found = []
    for key in PROVIDERS:
        try:
            provider_class(key)
        except UnknownProvider:
            continue
        found.append((key, provider_name(key)))
    return sorted(found, key=lambda each: each[1])
