"""Who may do what in which fund: the one place that decides.

A person may do something in a fund when **one** of their groups has both the permission and a row
for that fund, or for all funds. Permissions of one group never borrow the funds of another, and a
permission given to a person directly, past every group, opens no fund.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies.base import BaseDjangoAuthPermissionPolicy

from ims_wagtail.funds.models import Fund

from .models import GroupFund


_CACHE = "_ims_scopes"


@dataclass(frozen=True, slots=True)
class Scope:
    """The funds in which something is allowed; false when there are none."""

    every: bool = False
    fund_ids: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return self.every or bool(self.fund_ids)

    def __contains__(self, fund_id: int | None) -> bool:
        return self.every or fund_id in self.fund_ids

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(self.every or other.every, self.fund_ids | other.fund_ids)

    def __and__(self, other: "Scope") -> "Scope":
        if self.every or other.every:
            return other if self.every else self
        return Scope(fund_ids=self.fund_ids & other.fund_ids)


EVERYWHERE = Scope(every=True)
NOWHERE = Scope()


def scope_of(user: Any, *permissions: str) -> Scope:
    """Return the funds in which the user has any of the permissions (``app.codename``)."""
    if not user.is_active or user.is_anonymous:
        return NOWHERE
    if user.is_superuser:
        return EVERYWHERE
    scopes = _scopes(user)
    found = NOWHERE
    for permission in permissions:
        found = found | scopes.get(permission, NOWHERE)
    return found


def _scopes(user: Any) -> dict[str, Scope]:
    """Return the user's scope by permission; two queries, remembered on the user object."""
    if not hasattr(user, _CACHE):
        by_group: dict[int, Scope] = defaultdict(lambda: NOWHERE)
        for group_id, fund_id in GroupFund.objects.filter(group__user=user).values_list(
            "group_id", "fund_id"
        ):
            more = EVERYWHERE if fund_id is None else Scope(fund_ids=frozenset([fund_id]))
            by_group[group_id] = by_group[group_id] | more
        scopes: dict[str, Scope] = defaultdict(lambda: NOWHERE)
        for group_id, app_label, codename in Permission.objects.filter(
            group__user=user
        ).values_list("group", "content_type__app_label", "codename"):
            scopes[f"{app_label}.{codename}"] |= by_group[group_id]
        setattr(user, _CACHE, dict(scopes))
    return getattr(user, _CACHE)


def funds_for(user: Any, *permissions: str) -> QuerySet[Fund]:
    """Return the funds in which the user has any of the permissions (``app.codename``)."""
    scope = scope_of(user, *permissions)
    return Fund.objects.all() if scope.every else Fund.objects.filter(pk__in=scope.fund_ids)


def user_may(user: Any, permission: str, fund: Fund | int) -> bool:
    """Say whether the user has the permission (``app.codename``) in the fund."""
    return (fund if isinstance(fund, int) else fund.pk) in scope_of(user, permission)


class FundScopedPolicy(BaseDjangoAuthPermissionPolicy):
    """The permission policy of a model whose rows belong to funds.

    ``fund_lookup`` leads from a row to its fund: ``fund``, ``lines__fund``, or ``pk`` for funds
    themselves. A row that reaches several funds is seen by whoever works in one of them.
    ``auth_model`` names the model whose permissions count, when it is not the row's own.
    """

    def __init__(
        self,
        model: type[Model],
        fund_lookup: str = "fund",
        *,
        auth_model: type[Model] | None = None,
    ) -> None:
        super().__init__(model, auth_model=auth_model)
        self.fund_lookup = fund_lookup

    def scope(self, user: Any, actions: Iterable[str]) -> Scope:
        """Return the funds in which the user may take any of the actions."""
        return scope_of(user, *(self._get_permission_name(action) for action in actions))

    def user_has_permission(self, user: Any, action: str) -> bool:
        scope = self.scope(user, [action])
        # A new fund lies in nobody's funds yet: only people who work in all may add one.
        return scope.every if action == "add" and self.fund_lookup == "pk" else bool(scope)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        scope = self.scope(user, [action])
        if scope.every or not scope:
            return scope.every
        if "__" in self.fund_lookup:
            return self._within(scope).filter(pk=instance.pk).exists()
        name = "pk" if self.fund_lookup == "pk" else f"{self.fund_lookup}_id"
        return getattr(instance, name) in scope

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Any]:
        return self._within(self.scope(user, actions))

    def narrow(self, rows: QuerySet[Any], user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return those of the rows on which the user may take any of the actions."""
        return self._within(self.scope(user, actions), rows)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        return self._get_users_with_any_permission_codenames(
            self._get_permission_codenames(actions)
        )

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Model
    ) -> QuerySet[Any]:
        users = self.users_with_any_permission(actions).filter(is_superuser=False)
        allowed = [
            user.pk
            for user in users
            if self.user_has_any_permission_for_instance(user, actions, instance)
        ]
        everybody = self.users_with_any_permission(actions)
        return everybody.filter(Q(pk__in=allowed) | Q(is_superuser=True))

    def _within(self, scope: Scope, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
        every = self.model._default_manager.all()
        rows = every if rows is None else rows
        if scope.every:
            return rows
        within = Q(**{f"{self.fund_lookup}__in": scope.fund_ids})
        if "__" in self.fund_lookup:
            # A subquery, never a join: a join would repeat rows and spoil every sum.
            return rows.filter(pk__in=every.filter(within).values("pk"))
        return rows.filter(within)
