"""Who may ask for what and decide about it, in which funds and up to what amount.

By the rule of ``access.policy``: a person may do something in a fund when **one** of their groups
has the permission and the fund; here that group's limit counts too. Groups never borrow each
other's funds or limits. Whoever decides needs all of it in **every** fund of the request.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from ims_wagtail.access.models import GroupFund
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import EVERYWHERE, NOWHERE, Scope
from ims_wagtail.money import ZERO, format_pounds

from . import kinds
from .enums import ApprovalState
from .models import Approval, ApprovalLimit


ANY_AMOUNT = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class GroupRights:
    """What one group may do: where, which permissions of kinds, and its limits by kind."""

    scope: Scope
    permissions: frozenset[str]
    limits: dict[str, ApprovalLimit]


@dataclass(frozen=True, slots=True)
class Authority:
    """What one person may ask for and decide, from the rights of their groups."""

    user: Any
    groups: Sequence[GroupRights]

    @property
    def is_administrator(self) -> bool:
        """Whether the person may do everything, but for deciding about their own."""
        return self.user.is_active and self.user.is_superuser

    def may_ask(self, kind: kinds.Kind, fund_ids: Collection[int]) -> bool:
        """Say whether the person may ask for a kind in every one of the funds."""
        return self._reach(kind.ask, fund_ids, lambda group: ANY_AMOUNT) is not None

    def may_act_alone(self, kind: kinds.Kind, fund_ids: Collection[int], amount: Decimal) -> bool:
        """Say whether the person needs nobody else; never for what has no amount."""
        if self.is_administrator:
            return False
        reach = self._reach(kind.ask, fund_ids, lambda group: _alone_up_to(group, kind))
        return reach is not None and ZERO < amount <= reach

    def why_not(self, approval: Approval, fund_ids: Collection[int]) -> str:
        """Return why the person may not decide about a request, in words; nothing if they may."""
        if approval.state != ApprovalState.WAITING:
            return words_of(approval)
        if approval.is_overdue:
            return _("This request has expired. It has to be asked for again.")
        if approval.requested_by_id == self.user.pk:
            return _("You asked for this yourself. Somebody else has to decide.")
        try:
            kind = kinds.get(approval.kind)
        except LookupError:
            return _("The part of the system that asked for this is not installed any more.")
        if not self._somewhere(kind.approve):
            return _("You don't have the right to approve requests of this kind.")
        reach = self._reach(kind.approve, fund_ids, lambda group: _approve_up_to(group, kind))
        if reach is None:
            return _("This is about funds in which you don't have the right to approve.")
        if approval.amount > reach:
            return _("This is above your limit of %(limit)s.") % {"limit": format_pounds(reach)}
        return ""

    def _somewhere(self, permission: str) -> bool:
        return self.is_administrator or any(
            permission in group.permissions and group.scope for group in self.groups
        )

    def _reach(self, permission: str, fund_ids: Collection[int], up_to: Any) -> Decimal | None:
        """Return up to what amount a permission reaches in all of the funds; None when it doesn't.

        In one fund the most generous group counts; of several funds the meanest.
        """
        if self.is_administrator:
            return ANY_AMOUNT
        reaches = []
        for fund_id in fund_ids:
            held = [
                up_to(group)
                for group in self.groups
                if permission in group.permissions and fund_id in group.scope
            ]
            if not held:
                return None
            reaches.append(max(held))
        return min(reaches, default=None)


def authority_of(user: Any) -> Authority:
    """Return what a person may ask for and decide; three queries, none for administrators."""
    if not user.is_active or user.is_superuser:
        return Authority(user, ())
    return Authority(user, tuple(_rights_by_group(group__user=user).values()))


def authorities() -> list[Authority]:
    """Return what everybody may ask for and decide who isn't an administrator; five queries."""
    rights = _rights_by_group()
    people = get_user_model()._default_manager.filter(
        is_active=True, is_superuser=False, groups__in=list(rights)
    )
    return [
        Authority(
            user, tuple(rights[group.pk] for group in user.groups.all() if group.pk in rights)
        )
        for user in people.distinct().order_by("pk").prefetch_related("groups")
    ]


def approvers_of(approval: Approval, fund_ids: Collection[int]) -> list[Any]:
    """Return everybody who may decide about a request now; six queries at most.

    Administrators may too, but are only named when there is nobody else: it isn't their work.
    """
    found = [one.user for one in authorities() if not one.why_not(approval, fund_ids)]
    if found:
        return found
    administrators = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)
    return [
        user
        for user in administrators.order_by("pk")
        if not Authority(user, ()).why_not(approval, fund_ids)
    ]


def words_of(approval: Approval) -> str:
    """Return what became of a request that waits no more, in a sentence."""
    decided = {
        ApprovalState.APPROVED: _("%(person)s has approved this already."),
        ApprovalState.REJECTED: _("%(person)s has rejected this already."),
        ApprovalState.NOT_NEEDED: _("This went ahead without a second person."),
        ApprovalState.WITHDRAWN: _("This was withdrawn by the person who asked for it."),
        ApprovalState.EXPIRED: _("This request has expired. It has to be asked for again."),
    }
    return decided[ApprovalState(approval.state)] % {"person": name_of(approval.decided_by)}


def _alone_up_to(group: GroupRights, kind: kinds.Kind) -> Decimal:
    limit = group.limits.get(kind.key)
    return limit.alone_up_to if limit else ZERO


def _approve_up_to(group: GroupRights, kind: kinds.Kind) -> Decimal:
    limit = group.limits.get(kind.key)
    return ANY_AMOUNT if limit is None or limit.approve_up_to is None else limit.approve_up_to


def _rights_by_group(**mine: Any) -> dict[int, GroupRights]:
    """Return the rights of the groups that hold a permission of any kind; three queries."""
    permissions = _permissions(kinds.every(), mine)
    scopes: dict[int, Scope] = defaultdict(lambda: NOWHERE)
    for group_id, fund_id in GroupFund.objects.filter(**mine).values_list("group_id", "fund_id"):
        scopes[group_id] |= EVERYWHERE if fund_id is None else Scope(fund_ids=frozenset([fund_id]))
    limits: dict[int, dict[str, ApprovalLimit]] = defaultdict(dict)
    for limit in ApprovalLimit.objects.filter(**mine):
        limits[limit.group_id][limit.kind] = limit
    return {
        group_id: GroupRights(scopes[group_id], frozenset(held), limits[group_id])
        for group_id, held in permissions.items()
    }


def _permissions(of_kinds: Iterable[kinds.Kind], mine: dict[str, Any]) -> dict[int, set[str]]:
    wanted = {permission for kind in of_kinds for permission in (kind.ask, kind.approve)}
    rows = Permission.objects.filter(
        codename__in={name.split(".")[1] for name in wanted}, group__isnull=False, **mine
    )
    held: dict[int, set[str]] = defaultdict(set)
    for group_id, app_label, codename in rows.values_list(
        "group", "content_type__app_label", "codename"
    ):
        if f"{app_label}.{codename}" in wanted:
            held[group_id].add(f"{app_label}.{codename}")
    return held
