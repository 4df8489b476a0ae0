"""Nobody changes their own rights, and only administrators make administrators.

Wagtail lets whoever may change users put themselves into any group, and tick “Administrator” for
anybody. These answer before its screens do, whatever the form holds.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .audit import changes, record
from .models import StaffProfile


#: What the audit log keeps of a user. Groups are recorded as they change.
_FIELDS = ("is_active", "is_superuser", "first_name", "last_name", "email")


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """Say why, and go home."""
    messages.error(request, reason)
    return redirect("wagtailadmin_home")


def before_creating(request: HttpRequest) -> HttpResponse | None:
    """Refuse a new administrator from anybody who is none."""
    if request.method == "POST" and not request.user.is_superuser:
        if request.POST.get("is_superuser"):
            return refuse(request, _("Only an administrator can make somebody an administrator."))
    return None


def before_editing(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Refuse one's own account, an administrator's, and making one; remember what stood there."""
    if not request.user.is_superuser:
        if reason := why_not(request.user, [user]):
            return refuse(request, reason)
    if refused := before_creating(request):
        return refused
    request.ims_user_before = _facts(user.pk)  # type: ignore[attr-defined]
    return None


def after_editing(request: HttpRequest, user: Any) -> None:
    """Write down what changed."""
    before, after = getattr(request, "ims_user_before", {}), _facts(user.pk)
    differing = {name for name, _was, _is in changes(before, after)}
    if differing:
        record(
            user=request.user,
            action="change",
            obj=user,
            before={name: before.get(name) for name in differing},
            after={name: after[name] for name in differing},
        )


def after_creating(request: HttpRequest, user: Any) -> None:
    """Write down who was made."""
    record(user=request.user, action="create", obj=user, after=_facts(user.pk))


def before_many(
    request: HttpRequest, action: str, objects: list[Any], view: Any
) -> HttpResponse | None:
    """Hold changes of many people at once to the same rules."""
    if get_user_model() not in view.models:
        return None
    if not request.user.is_superuser:
        if reason := why_not(request.user, objects):
            return refuse(request, reason)
    state = view.cleaned_form.cleaned_data.get("mark_as_active")
    for user in objects:
        if state is not None and state != user.is_active and user != request.user:
            record(
                user=request.user,
                action="change",
                obj=user,
                before={"is_active": user.is_active},
                after={"is_active": state},
            )
            if state:
                StaffProfile.objects.filter(user=user).update(enabled_at=timezone.now())
    return None


def why_not(actor: Any, people: list[Any]) -> str:
    """Return why somebody who is no administrator can't change these people; empty if they can."""
    if actor in people:
        return _("You do not have permission to edit your own account. Ask a colleague to.")
    if any(person.is_superuser for person in people):
        return _("Only an administrator can change an administrator.")
    return ""


def _facts(pk: Any) -> dict[str, Any]:
    user = get_user_model()._default_manager.get(pk=pk)
    names = {user.USERNAME_FIELD: user.get_username()}
    return names | {name: getattr(user, name) for name in _FIELDS if hasattr(user, name)}
