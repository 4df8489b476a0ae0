"""What finance has to sign off before it is published, and whether it has.

Only where a page's workflow holds that step: elsewhere editors publish as they always did.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


def needs_sign_off(page: "PayablePageMixin") -> bool:
    """Say whether a version takes or asks something else than what residents see now."""
    live = type(page)._default_manager.filter(pk=page.pk, live=True).first()
    # Wagtail adds a page as live before it publishes the first version of it.
    return live is None or live.first_published_at is None or _facts(live) != _facts(page)


def goes_through_finance(page: "PayablePageMixin") -> bool:
    """Say whether the page's workflow holds finance's sign-off."""
    workflow = page.get_workflow()
    model = apps.get_model("ims_pages", "FinanceSignOff")
    return (
        bool(workflow)
        and model.objects.filter(
            pk__in=workflow.workflow_tasks.values("task"), active=True
        ).exists()
    )


def check_signed_off(*, page: "PayablePageMixin", revision: Revision) -> None:
    """Raise ``PermissionDenied`` for a version that finance has to sign off and has not."""
    version = revision.as_object()
    if not goes_through_finance(version) or not needs_sign_off(version):
        return
    model = apps.get_model("ims_pages", "SignOffState")
    if not model.objects.filter(revision=revision, status=TaskState.STATUS_APPROVED).exists():
        raise PermissionDenied(_("Finance has not signed this version off."))


def _facts(page: Any) -> tuple[Any, ...]:
    return (
        page.payment_type_id,
        page.questions.get_prep_value(),
        page.answer_days,
        page.amount.get_prep_value(),
        page.looked_at_first,
    )
