"""Who sees which cashier sessions."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ims_wagtail.access.policy import FundScopedPolicy, Scope
from ims_wagtail.payments.models import OrderLine

from .models import CashierSession


class SessionPolicy(FundScopedPolicy):
    """A session's totals can't be taken apart by fund, so it is seen whole or not at all.

    That is by whoever may see sessions in every fund it took money for.
    """

    def __init__(self) -> None:
        super().__init__(CashierSession, "receipts__order__lines__fund")

    def _within(self, scope: Scope, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
        rows = CashierSession.objects.all() if rows is None else rows
        if scope.every:
            return rows
        if not scope:
            return rows.none()
        lines = OrderLine.objects.filter(order__counter_receipt__session=OuterRef("pk"))
        return rows.filter(~Exists(lines.exclude(fund_id__in=scope.fund_ids)))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self._within(self.scope(user, [action])).filter(pk=instance.pk).exists()
