"""Who sees and runs imports: people who work in every fund that a type's money may go to."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from ims_wagtail.access.policy import FundScopedPolicy, Scope

from .models import ImportType


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
