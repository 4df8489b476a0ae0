"""What follows when an allocation is approved or not: the second person's part."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.ledger.holds import release

from .exceptions import SuspenseRefused
from .kinds import ALLOCATE, ALLOCATION, APPROVE
from .models import Allocation
from .posting import post_allocation


def source_of(allocation: Allocation) -> str:
    """Return the key under which an allocation holds money, is approved and posts, once."""
    return f"{ALLOCATION}:{allocation.pk}"


def approved(approval: Approval) -> None:
    """Post an allocation, inside the deciding transaction.

    What has changed since it was asked for, such as an account that is stopped now, refuses the
    decision in words: nothing is posted, and the allocation still waits.
    """
    allocation = _locked(approval)
    release(source=source_of(allocation))
    try:
        allocation.posting = post_allocation(allocation, source=source_of(allocation))
    except SuspenseRefused as refused:
        raise NotAllowed(str(refused)) from refused
    allocation.state = CorrectionState.POSTED
    allocation.finished_at = timezone.now()
    allocation.save(update_fields=["state", "posting", "finished_at"])


def closed(approval: Approval) -> None:
    """Give an allocation up that was not approved, withdrawn or not decided in time."""
    allocation = _locked(approval)
    withdrawn = approval.state == ApprovalState.WITHDRAWN
    allocation.state = CorrectionState.WITHDRAWN if withdrawn else CorrectionState.REJECTED
    allocation.finished_at = timezone.now()
    allocation.save(update_fields=["state", "finished_at"])
    release(source=source_of(allocation))


def page_of(approval: Approval) -> str:
    """Return the staff page of the allocation."""
    return reverse("ims_suspense_allocations:inspect", args=[_pk(approval)])


def allocation_kind() -> Kind:
    """Return what approvals are to know of allocations."""
    return Kind(
        key=ALLOCATION,
        name=_("Suspense allocation"),
        ask=ALLOCATE,
        approve=APPROVE,
        on_approved=approved,
        on_closed=closed,
        url=page_of,
    )


def _locked(approval: Approval) -> Allocation:
    return Allocation.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _pk(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])
