"""What may have gone wrong with requests to pay."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .applications.selectors import LONG_DAYS, waiting_long
from .models import Application, RequestToPay
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


@probe(Looks.SETUP)
def applications_left(using: str) -> Iterator[Finding]:
    """Find applications that nobody has decided about for long."""
    if number := waiting_long().using(using).count():
        yield Finding(
            "ims_requests.W002",
            Severity.WARNING,
            ngettext(
                "One application has waited for more than %(days)s days.",
                "%(count)s applications have waited for more than %(days)s days.",
                number,
            )
            % {"count": number, "days": LONG_DAYS},
            _("Have somebody decide about them: their answers are kept until then."),
            about=Application,
        )
