"""Asking for something that takes two people, deciding about it, and letting it expire."""

import logging
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.conf import ims_settings

from . import kinds, notices
from .authority import authority_of, words_of
from .enums import GOES_AHEAD, ApprovalState
from .exceptions import (
    AlreadyAsked,
    AlreadyDecided,
    NotAllowed,
    NoteMissing,
    OutsideTransaction,
)
from .models import Approval, ApprovalFund
from .selectors import funds_of


logger = logging.getLogger(__name__)


def ask(
    *,
    kind: str,
    subject: str,
    title: str,
    amount: Decimal,
    fund_ids: Collection[int],
    reason: str,
    by: Any,
) -> Approval:
    """Ask for something, in pounds, inside the transaction that writes what is asked for.

    ``subject`` is a unique key of that one thing, such as ``refund:12``; ``title`` says it to
    people, without personal data. What the person may do alone goes ahead at once and comes back
    as ``NOT_NEEDED``. Raises ``NotAllowed`` without the right in every one of the funds, and
    ``AlreadyAsked`` when the subject waits or was approved before.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(subject)
    if not fund_ids:
        raise ValueError(f"{subject} is about no fund, so that anybody could decide")
    known, authority = kinds.get(kind), authority_of(by)
    if not authority.may_ask(known, fund_ids):
        raise NotAllowed(_("You don't have the right to ask for this in every fund it is about."))
    approval = Approval(
        kind=kind,
        subject=subject,
        title=title,
        amount=amount,
        reason=" ".join(reason.split()),
        requested_by=by,
        requested_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=ims_settings().approval_days),
    )
    if not approval.reason:
        raise NoteMissing(_("Say why this is asked for."))
    if Approval.objects.filter(subject=subject, state__in=_OPEN).exists():
        raise AlreadyAsked(_("This has been asked for already."))
    try:
        with transaction.atomic():
            approval.save(force_insert=True)
    except IntegrityError as error:
        if "ims_a_subject_is_approved_once" not in str(error):
            raise
        raise AlreadyAsked(_("This has been asked for already.")) from error
    ApprovalFund.objects.bulk_create(
        ApprovalFund(approval=approval, fund_id=fund_id) for fund_id in sorted(set(fund_ids))
    )
    _record("ask", approval, by=by, before="")
    if authority.may_act_alone(known, fund_ids, amount):
        return _close(approval, ApprovalState.NOT_NEEDED, action="act alone", by=by)
    notices.tell_approvers(approval, sorted(set(fund_ids)))
    return approval


@transaction.atomic
def approve(*, approval_id: int, by: Any, note: str = "") -> Approval:
    """Approve a request, whose kind then goes ahead. Raises ``NotAllowed``, ``AlreadyDecided``."""
    approval = _lock_to_decide(approval_id, by)
    return _close(approval, ApprovalState.APPROVED, action="approve", by=by, note=note)


@transaction.atomic
def reject(*, approval_id: int, by: Any, note: str) -> Approval:
    """Reject a request and say why. Raises ``NoteMissing``, ``NotAllowed``, ``AlreadyDecided``."""
    approval = _lock_to_decide(approval_id, by)
    if not note.strip():
        raise NoteMissing(_("Say why you reject this."))
    return _close(approval, ApprovalState.REJECTED, action="reject", by=by, note=note)


@transaction.atomic
def withdraw(*, approval_id: int, by: Any) -> Approval:
    """Take one's own request back. Raises ``NotAllowed`` or ``AlreadyDecided``."""
    approval = _lock(approval_id)
    if approval.requested_by_id != by.pk:
        raise NotAllowed(_("Only the person who asked for this can withdraw it."))
    _refuse_decided(approval)
    return _close(approval, ApprovalState.WITHDRAWN, action="withdraw", by=by)


def expire_approvals() -> int:
    """Close every request whose days have gone by, each by itself; return how many.

    One that can't be closed is logged and stops no other.
    """
    overdue = Approval.objects.filter(
        state=ApprovalState.WAITING, expires_at__lte=timezone.now()
    ).order_by("expires_at", "pk")
    return sum(_expire(pk) for pk in list(overdue.values_list("pk", flat=True)))


_OPEN = (ApprovalState.WAITING, *GOES_AHEAD)


def _expire(approval_id: int) -> bool:
    try:
        with transaction.atomic():
            approval = _lock(approval_id)
            if not approval.is_overdue:
                return False
            _close(approval, ApprovalState.EXPIRED, action="expire", by=None)
    except Exception:  # whatever a kind's own code throws, the others go on
        logger.exception("approval %s could not be closed", approval_id)
        return False
    return True


def _lock(approval_id: int) -> Approval:
    return Approval.objects.select_for_update(of=("self",)).get(pk=approval_id)


def _lock_to_decide(approval_id: int, by: Any) -> Approval:
    approval = _lock(approval_id)
    _refuse_decided(approval)
    if why := authority_of(by).why_not(approval, funds_of(approval)):
        raise NotAllowed(why)
    return approval


def _refuse_decided(approval: Approval) -> None:
    if approval.state != ApprovalState.WAITING:
        raise AlreadyDecided(words_of(approval))


def _close(
    approval: Approval, state: ApprovalState, *, action: str, by: Any, note: str = ""
) -> Approval:
    """Write the decision down, let the kind act on it, and tell the asker; one transaction."""
    before = approval.state
    approval.state = state
    approval.decided_at = timezone.now()
    if state in (ApprovalState.APPROVED, ApprovalState.REJECTED):
        approval.decided_by = by
        approval.note = " ".join(note.split())
    approval.save(update_fields=["state", "decided_at", "decided_by", "note"])
    _record(action, approval, by=by, before=before)
    kind = kinds.get(approval.kind)
    if state in GOES_AHEAD:
        kind.on_approved(approval)
    else:
        kind.on_closed(approval)
    if by is None or by.pk != approval.requested_by_id:
        notices.tell_asker(approval)
    return approval


def _record(action: str, approval: Approval, *, by: Any, before: str) -> None:
    """Write a step down; of several funds none, so that only people of all funds read it."""
    funds = funds_of(approval)
    audit.record(
        user=by,
        action=kinds.action_on(action, approval.kind),
        obj=approval,
        fund=funds[0] if len(funds) == 1 else None,
        before={"state": before} if before else {},
        after={
            "state": approval.state,
            "subject": approval.subject,
            "amount": approval.amount,
            "reason": approval.reason,
            "note": approval.note,
        },
    )
