"""A warning for who is about to go live."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from ims_wagtail.probes import Finding, Looks, Severity, probe


@probe(Looks.SETTINGS)
def sandbox_is_not_for_living(using: str) -> Iterator[Finding]:
    """Find that payments through the sandbox are taken for paid though no money moves."""
    if not settings.DEBUG:
        yield Finding(
            "ims_sandbox.W001",
            Severity.WARNING,
            _(
                "The sandbox payment provider is installed: it marks payments as paid though no "
                "money moves."
            ),
            _(
                "Remove 'ims_wagtail.payments.providers.sandbox' from INSTALLED_APPS and its "
                "address from the URLs, or give it no key, on a site that takes real payments."
            ),
        )
