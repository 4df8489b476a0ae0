"""What follows when somebody decides that a file may be loaded a second time."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval

from .enums import ImportState
from .models import Import
from .receiving import RELOAD
from .tasks import work_on_import


def approved(approval: Approval) -> None:
    """Let the file be checked, inside the deciding transaction."""
    file = _locked(approval)
    file.state = ImportState.RECEIVED
    file.save(update_fields=["state"])
    work_on_import.enqueue(import_id=file.pk)


def closed(approval: Approval) -> None:
    """Give the file up."""
    file = _locked(approval)
    file.state = ImportState.CANCELLED
    file.save(update_fields=["state"])


def page_of(approval: Approval) -> str:
    """Return the staff page of the file."""
    return reverse("ims_imports:inspect", args=[_pk(approval)])


KIND = Kind(
    key=RELOAD,
    name=_("Loading a file again"),
    ask="ims_imports.reload_import",
    approve="ims_imports.approve_reload_import",
    on_approved=approved,
    on_closed=closed,
    url=page_of,
)


def _locked(approval: Approval) -> Import:
    return Import.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _pk(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])
