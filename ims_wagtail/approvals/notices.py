"""E-mails about requests: to those who may decide, and to who asked. They name no person."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from ims_wagtail.conf import ims_settings
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.notifications.services import queue_email

from .authority import approvers_of
from .models import Approval


ASKED = "approval_asked"
DECIDED = "approval_decided"


def tell_approvers(approval: Approval, fund_ids: Collection[int]) -> None:
    """Queue one e-mail to everybody who may decide about a request."""
    for person in approvers_of(approval, fund_ids):
        _queue(ASKED, approval, person, f"approval:{approval.pk}:asked:{person.pk}")


def tell_asker(approval: Approval) -> None:
    """Queue an e-mail to who asked, about what became of it."""
    _queue(DECIDED, approval, approval.requested_by, f"approval:{approval.pk}:decided")


def asked_email(message: Message) -> Email:
    """Write the e-mail to an approver. Raises ``LookupError`` for a request that is gone."""
    return _write("asked", message)


def decided_email(message: Message) -> Email:
    """Write the e-mail to who asked. Raises ``LookupError`` for a request that is gone."""
    return _write("decided", message)


def _queue(kind: str, approval: Approval, person: Any, source: str) -> None:
    if not person.email or not person.is_active:
        return
    queue_email(
        kind=kind,
        source=source,
        recipient=person.email,
        language=settings.LANGUAGE_CODE,
        parameters={"approval_id": approval.pk},
    )


def _write(name: str, message: Message) -> Email:
    approval = Approval.objects.filter(pk=message.parameters["approval_id"]).first()
    if approval is None:
        raise LookupError("no such approval")
    admin = getattr(settings, "WAGTAILADMIN_BASE_URL", None) or ims_settings().base_url
    page = reverse("ims_approvals:inspect", args=[approval.pk])
    context = {"approval": approval, "url": f"{admin.rstrip('/')}{page}"}
    folder = "ims_wagtail/approvals/email"
    return Email(
        # One line whatever the title holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{folder}/{name}_subject.txt", context).split()),
        text=render_to_string(f"{folder}/{name}.txt", context),
    )
