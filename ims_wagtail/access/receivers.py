"""What happens by itself around user accounts: a profile for each, expiry, and the audit log.

Imported by ``apps.py``, before any app is ready: Django notes the new sign-in through a receiver
of its own connected then, and an account has to be judged by the one before.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context


def refuse_expired(sender: type[Model], request: Any, user: Any, **kwargs: Any) -> None:
    """Undo a sign-in to an account that has run out, whichever way the person came.

    The screen for name and password says so kindly before it gets here.
    """
    from django.contrib.auth.models import AnonymousUser

    from .expiry import expire, is_expired
    from .models import StaffProfile

    profile = StaffProfile.objects.select_related("user").filter(user=user).first()
    if profile is not None and is_expired(profile):
        expire(profile)
        request.session.flush()
        request.user = AnonymousUser()
        raise PermissionDenied(_("This account was disabled because nobody used it."))


def make_profile(
    sender: type[Model], instance: Any, created: bool, raw: bool, **kwargs: Any
) -> None:
    """Give a new user a profile."""
    from .models import StaffProfile

    if created and not raw:
        StaffProfile.objects.get_or_create(user=instance)


def note_enabling(
    sender: type[Model],
    instance: Any,
    raw: bool,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any,
) -> None:
    """Write down when a disabled account was given back; its days count from then."""
    from .models import StaffProfile

    may_change = update_fields is None or "is_active" in update_fields
    if raw or instance.pk is None or not instance.is_active or not may_change:
        return
    StaffProfile.objects.filter(user=instance.pk, user__is_active=False).update(
        enabled_at=timezone.now()
    )


def record_members(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Write down who was put into which groups, or taken out, by whom."""
    from django.contrib.auth.models import Group

    if reverse:
        people = get_user_model()._default_manager.filter(pk__in=pk_set or ())
        pairs = [(person, [instance.name]) for person in people]
    else:
        named = Group.objects.filter(pk__in=pk_set or ()).order_by("name")
        pairs = [(instance, list(named.values_list("name", flat=True)))]
    for person, groups in pairs:
        _record("groups", person, action, groups)


def record_permissions(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Write down which permissions a group was given, or lost, by whom."""
    from django.contrib.auth.models import Permission

    if not reverse:
        found = Permission.objects.filter(pk__in=pk_set or ()).order_by("pk")
        names = [
            f"{app}.{codename}"
            for app, codename in found.values_list("content_type__app_label", "codename")
        ]
        _record("permissions", instance, action, names)


def record_deletion(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """Write down who was deleted, and by whom."""
    from .audit import record

    actor = get_active_log_context().user
    if actor is not None:
        name = {"name": instance.get_username()}
        record(user=actor, action="delete", obj=instance, before=name)


def _record(what: str, obj: Model, action: str, names: list[str]) -> None:
    """Write a change down; not one that no person made, such as ``ims_roles``."""
    from .audit import record

    actor = get_active_log_context().user
    if actor is None or not names:
        return
    if action == "post_add":
        record(user=actor, action=f"give {what}", obj=obj, after={what: names})
    elif action == "post_remove":
        record(user=actor, action=f"take {what}", obj=obj, before={what: names})
