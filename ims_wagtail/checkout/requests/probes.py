"""What may have gone wrong with requests to pay."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .models import RequestToPay
from .selectors import paid_twice


@probe(Looks.SETUP)
def paid_too_often(using: str) -> Iterator[Finding]:
    """Find requests that may be paid once and were paid more often."""
    if number := paid_twice(RequestToPay.objects.using(using)).count():
        yield Finding(
            "ims_requests.W001",
            Severity.WARNING,
            ngettext(
                "One request to pay was paid more than once.",
                "%(count)s requests to pay were paid more than once.",
                number,
            )
            % {"count": number},
            _("Look at their payments, and refund what is too much."),
            about=RequestToPay,
        )
