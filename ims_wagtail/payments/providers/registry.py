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
