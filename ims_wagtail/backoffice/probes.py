"""What may be wrong with the installation as a whole."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings
from ims_wagtail.probes import Finding, Looks, Severity, probe


@probe(Looks.SETTINGS)
def debugging(using: str) -> Iterator[Finding]:
    """Find a site that shows its inside to everybody, or sends residents over an open line."""
    if settings.DEBUG:
        yield Finding(
            "ims_backoffice.W001",
            Severity.WARNING,
            _("DEBUG is on: whoever meets an error sees the inside of the site."),
            _("Set DEBUG = False on a site that residents can reach."),
        )
    elif not ims_settings().base_url.startswith("https://"):
        yield Finding(
            "ims_backoffice.E001",
            Severity.ERROR,
            _("Residents come back from paying over an address without https."),
            _("Let IMS['BASE_URL'] start with https://."),
        )
