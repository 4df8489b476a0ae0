"""Who holds which permission in which funds, and when they last used it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Max

from .models import AuditEntry, GroupFund
from .policy import EVERYWHERE, Scope


#: Verbs of permissions that the audit log calls otherwise.
_VERBS = {"create": "add", "enter": "add"}
#: Whole actions and kinds of object by which the audit log knows the use of a permission, for
#: rooms whose log doesn't name the permission's own object.
TRACES: dict[tuple[str, str], str] = {
    ("close period", "ims_ledger.closedperiod"): "ims_ledger.close_period",
    ("reopen period", "ims_ledger.closedperiod"): "ims_ledger.reopen_period",
}


def scopes_by_person(permissions: Collection[str]) -> list[tuple[Any, dict[str, Scope]]]:
    """Return each active person who holds any of the permissions, with the funds by permission.

    By the same rule as ``policy.scope_of``, for everybody at once in four queries. Administrators
    are not among them.
    """
    funds: dict[int, Scope] = defaultdict(Scope)
    for group_id, fund_id in GroupFund.objects.values_list("group_id", "fund_id"):
        funds[group_id] |= EVERYWHERE if fund_id is None else Scope(fund_ids=frozenset([fund_id]))
    granted: dict[int, set[str]] = defaultdict(set)
    codenames = {name.split(".")[1] for name in permissions}
    for group_id, app_label, codename in Permission.objects.filter(
        codename__in=codenames, group__isnull=False
    ).values_list("group", "content_type__app_label", "codename"):
        if f"{app_label}.{codename}" in permissions:
            granted[group_id].add(f"{app_label}.{codename}")

    user_model = get_user_model()
    people = user_model._default_manager.filter(
        is_active=True, is_superuser=False, groups__in=list(granted)
    )
    found = []
    for user in people.distinct().order_by("pk").prefetch_related("groups"):
        scopes: dict[str, Scope] = defaultdict(Scope)
        for group in user.groups.all():
            for permission in granted[group.pk]:
                scopes[permission] |= funds[group.pk]
        held = {permission: scope for permission, scope in scopes.items() if scope}
        if held:
            found.append((user, held))
    return found


def last_used(permissions: Iterable[str]) -> dict[tuple[int, str], datetime]:
    """Return when each person last did what a permission allows, as the audit log has it.

    Keys are (user id, permission). What leaves no trace in the log, such as looking, is not here.
    """
    wanted: dict[tuple[str, str], str] = {}
    for permission in permissions:
        app_label, codename = permission.split(".")
        verb, model = codename.split("_", 1)
        wanted[verb, f"{app_label}.{model}"] = permission
    rows = (
        AuditEntry.objects.filter(user__isnull=False)
        .order_by()
        .values_list("user_id", "action", "object_type")
        .annotate(at=Max("at"))
    )
    used: dict[tuple[int, str], datetime] = {}
    for user_id, action, object_type, at in rows:
        word = action.split()[0]
        kind = object_type.lower()
        found = TRACES.get((action, kind)) or wanted.get((_VERBS.get(word, word), kind))
        if found:
            used[user_id, found] = max(at, used.get((user_id, found), at))
    return used
