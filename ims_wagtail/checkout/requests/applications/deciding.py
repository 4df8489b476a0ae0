"""What an officer decides about an application: yes, with a link to pay by, or no, with a reason.

Two officers at one moment: the row is locked, and the second is told.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.naming import name_of
from ims_wagtail.checkout.requests.making import Wanted, make_request
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.checkout.requests.sending import send
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.notifications.services import queue_email

from .emails import REFUSED
from .enums import ApplicationState
from .models import Application
from .selectors import is_own


class NotDecidable(Exception):
    """It was decided before, or is the person's own; its text says so, for staff."""


@transaction.atomic
def approve(
    *, application: Application, by: Any, amount: Decimal | None = None, message: str = ""
) -> RequestToPay:
    """Approve an application: a request to pay it is made, and its link sent.

    ``amount``, in pounds, stands in for the one applied for, where payers say what they pay.
    Raises ``NotDecidable``, and ``RequestRefused`` for what can't be paid as it is.
    """
    locked = _lock(application, by)
    request = make_request(wanted=_wanted(locked, amount=amount, message=message), by=by)
    _decide(locked, by, ApplicationState.APPROVED, reason=message, request=request)
    send(request=request, by=by)
    return request


@transaction.atomic
def refuse(*, application: Application, by: Any, reason: str) -> None:
    """Refuse an application, and tell the applicant why. Raises ``NotDecidable``."""
    locked = _lock(application, by)
    _decide(locked, by, ApplicationState.REFUSED, reason=reason)
    queue_email(
        kind=REFUSED,
        source=f"application:{locked.pk}:refused",
        recipient=locked.email,
        language=locked.language,
        parameters={"application_id": locked.pk},
    )


def _lock(application: Application, by: Any) -> Application:
    # Whoever decided meanwhile is read afterwards: a join shows what stood there before the wait.
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("payment_type__fund")
        .get(pk=application.pk)
    )
    if not locked.is_waiting:
        raise NotDecidable(
            _("%(person)s has decided about this already.") % {"person": name_of(locked.decided_by)}
        )
    if is_own(locked, of=by):
        raise NotDecidable(_("This is your own application. Somebody else has to decide."))
    return locked


def _wanted(application: Application, *, amount: Decimal | None, message: str) -> Wanted:
    """Return what is asked for; what finance has settled is left to the day it is paid."""
    kind = application.payment_type
    if kind.amount_source == AmountSource.PAYER:
        amount = amount or application.amount
    return Wanted(
        payment_type=kind,
        expires_on=accounting_date() + timedelta(days=ims_settings().payment_link_days),
        reference=application.reference if kind.reference_source == ReferenceSource.PAYER else "",
        amount=amount,
        email=application.email,
        message=message,
        language=application.language,
        page_id=application.page_id,
        site_id=application.site_id,
    )


def _decide(
    application: Application,
    by: Any,
    state: ApplicationState,
    *,
    reason: str,
    request: RequestToPay | None = None,
) -> None:
    application.state, application.reason, application.request = state, reason, request
    application.decided_by, application.decided_at = by, timezone.now()
    application.save(update_fields=["state", "reason", "request", "decided_by", "decided_at"])
    audit.record(
        user=by,
        action="approve" if request else "refuse",
        obj=application,
        fund=application.fund_id,
        after={"state": state, "request": str(request or "")},
    )
