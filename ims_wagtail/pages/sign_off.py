"""Finance signs off what a payment page takes and asks, as a step of Wagtail's own workflows.

Wagtail's group approval lets people approve what they wrote. Here nobody does: neither who asked
for it, nor anybody who has written a version since the page was last published.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision, Task, TaskState, WorkflowState

from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import PaymentType

from .mixins import PayablePageMixin
from .signed_off import needs_sign_off


SIGN_OFF = "ims_pages.sign_off_page"


class SignOffState(TaskState):
    """One page waiting for, or given, its sign-off."""

    class Meta:
        verbose_name = gettext_lazy("sign-off of a page")
        verbose_name_plural = gettext_lazy("sign-offs of pages")
        default_permissions = ()

    def approve(self, user: Any = None, update: bool = True, comment: str = "") -> TaskState:
        """Sign it off. Raises ``PermissionDenied`` for who may not, and for its own editors."""
        if not may_sign_off(user=user, revision=self.revision):
            raise PermissionDenied
        super().approve(user=user, update=False, comment=comment)
        if update:
            # Nobody's own right to publish is asked for: the workflow publishes.
            self.workflow_state.update(user=None)
        return self


class FinanceSignOff(Task):
    """Somebody from finance looks at payment type, amount and questions; words need nobody."""

    task_state_class = SignOffState

    class Meta:
        verbose_name = gettext_lazy("finance sign-off")
        verbose_name_plural = gettext_lazy("finance sign-offs")
        default_permissions = ()
        permissions = [("sign_off_page", "Can sign off what payment pages take and ask")]

    @classmethod
    def get_description(cls) -> str:
        """Say on Wagtail's screen of tasks what it is for."""
        return _(
            "People who may sign off payment pages in the page’s fund approve its payment type, "
            "amount and questions, never their own changes. Changes of words alone pass by."
        )

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin to wait, or pass at once what finance has nothing to say about."""
        state = super().start(workflow_state, user=user)
        if _passes(state.revision.as_object(), user):
            TaskState.approve(
                state, user=user, update=False, comment=_("Only words changed: nothing to sign off")
            )
        return state

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Let finance open the page, whose editor is otherwise not theirs."""
        return _is_in_scope(user, obj.payment_type)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Keep what is being looked at as it is."""
        return not _is_in_scope(user, obj.payment_type)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what a person can do about the page now."""
        if not may_sign_off(user=user, revision=obj.get_latest_revision()):
            return []
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Sign off"), False),
            ("approve", _("Sign off with a comment"), True),
        ]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Return the pages that wait for this person."""
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        waiting = list(states.select_related("revision"))
        own = _types_in_scope(user)
        return states.filter(
            pk__in=[one.pk for one in waiting if one.revision.content.get("payment_type") in own]
        )


def _passes(page: Any, user: Any) -> bool:
    """Say whether a version goes on without finance: its words are for who may publish them."""
    if not isinstance(page, PayablePageMixin):
        return True
    return not needs_sign_off(page) and page.permissions_for_user(user).can_publish()


def may_sign_off(*, user: Any, revision: Revision) -> bool:
    """Say whether a person may sign off a version: in its fund, and not what they wrote."""
    page = revision.as_object()
    payment_type = getattr(page, "payment_type", None)
    return _is_in_scope(user, payment_type) and user.pk not in _editors(page)


def _editors(page: Any) -> set[int]:
    """Return who has written a version since the published one, and who asked for the sign-off."""
    revisions = page.revisions.exclude(user=None)
    if page.live and page.live_revision_id:
        revisions = revisions.filter(pk__gt=page.live_revision_id)
    wrote = set(revisions.values_list("user_id", flat=True))
    workflow = page.current_workflow_state
    return wrote | ({workflow.requested_by_id} if workflow else set())


def _is_in_scope(user: Any, payment_type: PaymentType | None) -> bool:
    return payment_type is not None and payment_type.fund_id in scope_of(user, SIGN_OFF)


def _types_in_scope(user: Any) -> set[int]:
    scope = scope_of(user, SIGN_OFF)
    types = (
        PaymentType.objects.all()
        if scope.every
        else PaymentType.objects.filter(fund__in=scope.fund_ids)
    )
    return set(types.values_list("pk", flat=True))
