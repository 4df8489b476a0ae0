"""Accounts that nobody uses are disabled: a way in that nobody would miss is the best one to steal.

The rule stands in docs/how-to/people.md. It is applied when a person signs in, whichever way they
do, and once a day by ``ims_expire_accounts``.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from .audit import record
from .models import StaffProfile


def last_seen(profile: StaffProfile) -> datetime | None:
    """Return when the account was last used or given back; the day it was made if it never was."""
    user = profile.user
    moments = [at for at in (user.last_login, profile.enabled_at) if at]
    return max(moments) if moments else getattr(user, "date_joined", None)


def is_expired(profile: StaffProfile, *, at: datetime | None = None) -> bool:
    """Say whether more than the profile's days have gone by since the account was last seen."""
    seen = last_seen(profile)
    limit = timedelta(days=profile.expiry_days)
    return seen is not None and (at or timezone.now()) - seen > limit


@transaction.atomic
def expire(profile: StaffProfile) -> bool:
    """Disable the account and write it down. Returns False when it was disabled already."""
    user = profile.user
    disabled = get_user_model()._default_manager.filter(pk=user.pk, is_active=True)
    if not disabled.update(is_active=False):
        return False
    user.is_active = False
    record(
        user=None,
        action="expire",
        obj=user,
        before={"is_active": True, "last_seen": last_seen(profile)},
        after={"is_active": False, "expiry_days": profile.expiry_days},
    )
    return True


def expire_all(*, at: datetime | None = None) -> list[str]:
    """Disable every account that has run out; return their user names."""
    profiles = StaffProfile.objects.filter(user__is_active=True).select_related("user")
    return [
        profile.user.get_username()
        for profile in profiles.order_by("user_id")
        if is_expired(profile, at=at) and expire(profile)
    ]


@transaction.atomic
def enable(user: Any) -> None:
    """Give an account back; its days are counted from now. For when nobody else can sign in."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(user=None, action="enable", obj=user, after={"is_active": True})
