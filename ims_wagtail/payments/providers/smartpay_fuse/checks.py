"""What would keep payers from reaching Smartpay Fuse."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings
from ims_wagtail.probes import Finding, Looks, Severity, probe


@probe(Looks.SETTINGS)
def forms_may_leave(using: str) -> Iterator[Finding]:
    """Find accounts whose page browsers would refuse to send our form to."""
    allowed = ims_settings().form_action_hosts
    for code, credential in sorted(ims_settings().credentials.items()):
        target = urlsplit(credential.extra.get("checkout_url", ""))
        host = f"{target.scheme}://{target.netloc}"
        if target.netloc and host not in allowed:
            yield Finding(
                "ims_smartpay_fuse.E001",
                Severity.ERROR,
                _("Browsers refuse to take payers of “%(code)s” to %(host)s.")
                % {"code": code, "host": host},
                _("Add %(host)s to IMS['FORM_ACTION_HOSTS'].") % {"host": host},
            )
