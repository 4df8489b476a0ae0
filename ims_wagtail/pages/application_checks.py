"""Whether people can apply on a page on which an officer looks at it before they pay."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ims_wagtail.checkout.requests.applications.selectors import (
    asks_email,
    has_officer,
    is_looked_up,
)

from .checks import Finding, Severity, Version, check
from .mixins import PayablePageMixin
from .questions import questions_from
from .translations import leads


@check
def can_be_applied_for(version: Version) -> Iterator[Finding]:
    """The applicant can be written to, somebody decides, and there is something to decide."""
    payment_type = version.payment_type
    if not version.page.looked_at_first or payment_type is None:
        return
    if not asks_email(version.questions):
        yield _stop(
            "application-no-email",
            _("Nobody could be told what was decided"),
            _("Add a question for an email address that everybody has to answer."),
            field="questions",
        )
    for page in _silent_translations(version):
        yield _stop(
            "application-no-email-there",
            _("“%(title)s” asks for no email address, and people apply there, too")
            % {"title": page.title},
            _("Add the question there and publish that page first."),
        )
    if is_looked_up(payment_type):
        yield _stop(
            "application-balance",
            _("What an account owes is paid without an officer looking at it"),
            _("Take the tick away, or choose another payment type."),
        )
    if not has_officer(payment_type.fund_id):
        yield _stop(
            "application-no-officer",
            _("Nobody may decide about applications for “%(type)s”") % {"type": payment_type},
            _("Ask for somebody who may, in the fund it is paid into."),
        )


def _silent_translations(version: Version) -> Iterator[PayablePageMixin]:
    """Yield live pages that follow this one and on which nobody could be told anything."""
    page = version.page
    if page.pk and leads(page):
        for other in page.get_translations().live().specific():
            if isinstance(other, PayablePageMixin) and not asks_email(
                questions_from(other.questions)
            ):
                yield other


def _stop(code: str, message: str, remedy: str, *, field: str = "looked_at_first") -> Finding:
    return Finding(code=code, severity=Severity.STOP, message=message, remedy=remedy, field=field)
