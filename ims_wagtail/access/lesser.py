"""A person as if they had fewer rights: for what they make for others to read."""

from copy import copy
from typing import Any

from django.contrib.auth.models import Permission

from .policy import _CACHE, scope_of


def without(user: Any, *permissions: str) -> Any:
    """Return a stand-in for a user who lacks some permissions (``app.codename``) in every fund.

    It is for asking what it may see, never for saving.
    """
    named = Permission.objects.filter(content_type__app_label__startswith="ims_")
    names = {
        f"{app}.{codename}"
        for app, codename in named.values_list("content_type__app_label", "codename")
    }
    lesser = copy(user)
    setattr(lesser, _CACHE, {name: scope_of(user, name) for name in names - set(permissions)})
    lesser.is_superuser = False
    return lesser
