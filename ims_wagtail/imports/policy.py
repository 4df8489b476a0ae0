"""Who sees and runs imports: people who work in every fund that a type's money may go to."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.access.policy import FundScopedPolicy, Scope, scope_of

from .models import ImportType


ADD = "ims_imports.add_import"
UNDO = "ims_imports.undo_import"
#: The list of a type that keeps a step to some groups, and what others are told.
_KEPT = {
    ADD: (
        "run_by",
        gettext_lazy("Only these groups bring in and post files of this type: %(groups)s."),
    ),
    UNDO: ("undone_by", gettext_lazy("Only these groups undo imports of this type: %(groups)s.")),
}


class EveryFundPolicy(FundScopedPolicy):
    """Rows of import types whose funds lie all within the person's.

    A type without funds may post to any, so it takes somebody who works in all of them.
    """

    def __init__(self, model: type[Model], type_lookup: str = "") -> None:
        super().__init__(model, f"{type_lookup}__funds__pk" if type_lookup else "funds__pk")
        self.type_lookup = type_lookup or "pk"

    def _within(self, scope: Scope, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
        rows = self.model._default_manager.all() if rows is None else rows
        if scope.every:
            return rows
        through = ImportType.funds.through.objects.filter(importtype=OuterRef("pk"))
        allowed = ImportType.objects.filter(
            Exists(through), ~Exists(through.exclude(fund__in=scope.fund_ids))
        )
        return rows.filter(**{f"{self.type_lookup}__in": allowed.values("pk")})


def may_in_every_fund(user: Any, permission: str, import_type: ImportType) -> bool:
    """Say whether a person has a permission in every fund that a type's money may go to."""
    scope = scope_of(user, permission)
    fund_ids = [fund.pk for fund in import_type.funds.all()]
    return scope.every or (bool(fund_ids) and all(pk in scope for pk in fund_ids))


def kept_to(user: Any, permission: str, import_type: ImportType) -> str:
    """Say which groups a step is kept to, when a person is in none of them; otherwise nothing.

    ``permission`` is that of the step, ``ADD`` or ``UNDO``.
    """
    field, words = _KEPT[permission]
    groups = dict(getattr(import_type, field).order_by("name").values_list("pk", "name"))
    if not groups or user.is_superuser or user.groups.filter(pk__in=groups).exists():
        return ""
    return str(words) % {"groups": ", ".join(groups.values())}


def why_not(user: Any, permission: str, import_type: ImportType) -> str:
    """Say why a person may not take a step with files of a type; nothing when they may.

    It takes the permission in every fund of the type, and a group that the step is kept to.
    """
    if not may_in_every_fund(user, permission, import_type):
        return _("You don't have the right to do this in every fund of this type.")
    return kept_to(user, permission, import_type)


def kept_from(user: Any, types: QuerySet[ImportType]) -> QuerySet[ImportType]:
    """Return those of some types whose files only groups bring in that a person isn't in."""
    if user.is_superuser:
        return types.none()
    kept = ImportType.run_by.through.objects.filter(importtype=OuterRef("pk"))
    own = kept.filter(group__in=user.groups.all())
    return types.filter(Exists(kept), ~Exists(own))


def keep_named_group(instance: Group, **kwargs: Any) -> None:
    """Refuse to delete a group that an import type names: without it everybody might do that step.

    Raises ``PermissionDenied``, which the admin tells a person.
    """
    named = ImportType.objects.filter(Q(run_by=instance) | Q(undone_by=instance)).distinct()
    if names := list(named.order_by("name").values_list("name", flat=True)):
        raise PermissionDenied(
            _("Import types name this group: %(names)s. Take it out of them first.")
            % {"names": ", ".join(names)}
        )
