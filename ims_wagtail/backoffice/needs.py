"""What of payments waits for a person: each with its number and the way to it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.columns import london_time
from ims_wagtail.access.needs import Need, register
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.filters import Show
from ims_wagtail.approvals.selectors import waiting_for
from ims_wagtail.checkout.requests.applications.enums import ApplicationState
from ims_wagtail.checkout.requests.applications.selectors import DECIDE, waiting
from ims_wagtail.payments.enums import DisputeStatus
from ims_wagtail.payments.models import Difference, Dispute
from ims_wagtail.payments.refunds.attention import refunds_needing_attention


def approvals_of(user: Any) -> list[Need]:
    """Return the requests a person may decide about, if there are any."""
    count = len(waiting_for(user))
    url = f"{reverse('ims_approvals:index')}?show={Show.DECIDE}"
    return [Need(_("Requests waiting for your approval"), count, url)] if count else []


@register
def applications(user: Any) -> Need | None:
    """Count the applications that a person may decide about."""
    scope = scope_of(user, DECIDE)
    if not scope:
        return None
    rows = waiting() if scope.every else waiting().filter(payment_type__fund__in=scope.fund_ids)
    url = f"{reverse('ims_applications:index')}?state={ApplicationState.WAITING}"
    return Need(_("Applications waiting for an officer"), rows.count(), url)


@register
def refunds(user: Any) -> Need:
    """Count the refunds that need a person."""
    count = _seen(user, refunds_needing_attention().order_by()).count()
    return Need(_("Refunds needing attention"), count, reverse("ims_refunds_attention:index"))


@register
def differences(user: Any) -> Need:
    """Count what providers tell otherwise and nobody has explained."""
    waiting = _seen(user, Difference.objects.filter(closed_at__isnull=True))
    url = reverse("ims_differences:index")
    return Need(_("Differences to be explained"), waiting.count(), url)


@register
def disputes(user: Any) -> Need:
    """Count the disputes that need evidence, and say by when."""
    waiting = _seen(user, Dispute.objects.filter(status=DisputeStatus.NEEDS_RESPONSE))
    due = list(waiting.order_by("evidence_due_at").values_list("evidence_due_at", flat=True))
    first = next((at for at in due if at), None)
    detail = _("evidence due by %(when)s") % {"when": london_time(first)} if first else ""
    url = f"{reverse('ims_disputes:index')}?status={DisputeStatus.NEEDS_RESPONSE}"
    return Need(_("Disputes that need evidence"), len(due), url, detail)


def _seen(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the rows of a person's funds."""
    policy = policy_registry.get_by_type(rows.model)
    mine = policy.instances_user_has_any_permission_for(user, ["view"])
    return rows.filter(pk__in=mine.order_by().values("pk"))
