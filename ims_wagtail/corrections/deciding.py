"""What follows when a correction is approved or not: the second person's part."""

from django.urls import reverse
from django.utils import timezone

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval
from ims_wagtail.ledger.holds import release

from .enums import CorrectionKind, CorrectionState
from .exceptions import CorrectionRefused
from .kinds import permission_to_approve, permission_to_ask
from .models import Correction, JournalUpload
from .posting import post_correction
from .sources import UPLOAD_PREFIX, source_of
from .uploads.posting import give_up_upload, post_upload


def approved(approval: Approval) -> None:
    """Post a correction, or all of a file of journals, inside the deciding transaction.

    What has changed since it was asked for, such as an account that is stopped now, refuses the
    decision in words: nothing is posted, and the correction still waits.
    """
    try:
        if approval.subject.startswith(UPLOAD_PREFIX):
            post_upload(_locked_upload(approval))
        else:
            _post(_locked(approval))
    except CorrectionRefused as refused:
        raise NotAllowed(str(refused)) from refused


def _post(correction: Correction) -> None:
    release(source=source_of(correction))
    correction.posting = post_correction(correction, source=source_of(correction))
    correction.state = CorrectionState.POSTED
    correction.finished_at = timezone.now()
    correction.save(update_fields=["state", "posting", "finished_at"])


def closed(approval: Approval) -> None:
    """Give a correction up that was not approved, withdrawn or not decided in time."""
    withdrawn = approval.state == ApprovalState.WITHDRAWN
    state = CorrectionState.WITHDRAWN if withdrawn else CorrectionState.REJECTED
    if approval.subject.startswith(UPLOAD_PREFIX):
        give_up_upload(_locked_upload(approval), state)
        return
    correction = _locked(approval)
    correction.state = state
    correction.finished_at = timezone.now()
    correction.save(update_fields=["state", "finished_at"])
    release(source=source_of(correction))


def page_of(approval: Approval) -> str:
    """Return the staff page of the correction, or of the file of journals."""
    if approval.subject.startswith(UPLOAD_PREFIX):
        return reverse("ims_journal_uploads:inspect", args=[_pk(approval)])
    return reverse("ims_corrections:inspect", args=[_pk(approval)])


def approval_kinds() -> list[Kind]:
    """Return what approvals are to know of each kind of correction."""
    return [
        Kind(
            key=kind.value,
            name=kind.label,
            ask=permission_to_ask(kind),
            approve=permission_to_approve(kind),
            on_approved=approved,
            on_closed=closed,
            url=page_of,
        )
        for kind in CorrectionKind
    ]


def _locked(approval: Approval) -> Correction:
    return Correction.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _locked_upload(approval: Approval) -> JournalUpload:
    return JournalUpload.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _pk(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])
