"""A warning for who is about to go live."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def sandbox_is_not_for_living(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn that payments through the sandbox are taken for paid though no money moves."""
    if settings.DEBUG:
        return []
    return [
        Warning(
            "The sandbox payment provider is installed: it marks payments as paid though no money "
            "moves.",
            hint="Remove 'ims_wagtail.payments.providers.sandbox' from INSTALLED_APPS and its "
            "address from the URLs, or give it no key, on a site that takes real payments.",
            id="ims_sandbox.W001",
        )
    ]
