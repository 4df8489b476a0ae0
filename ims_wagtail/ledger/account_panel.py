"""What the ledger adds to the page of an account: what was paid on it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from ims_wagtail.access.policy import scope_of
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.money import ZERO

from .models import Transaction


#: How many transactions the page of an account shows; the list of transactions shows the others.
NEWEST = 20


class AccountPanel(Component):
    """The newest transactions of an account, and totals of them all."""

    template_name = "ims_wagtail/ledger/staff/account_panel.html"

    def __init__(self, account: AccountHolder) -> None:
        self.account = account

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        account = self.account
        lines = Transaction.objects.filter(
            account_reference=account.reference, fund=account.fund_id
        )
        as_at = account.balance_as_at
        since = Q(entered_at__gt=as_at) if as_at else Q(pk__isnull=True)
        totals = lines.aggregate(
            number=Count("pk"), total=Sum("amount"), since=Sum("amount", filter=since)
        )
        asked = urlencode({"fund": account.fund_id, "account_reference": account.reference})
        return {
            "account": account,
            "lines": lines.select_related("method", "posting").order_by("-entered_at", "-pk")[
                :NEWEST
            ],
            "number": totals["number"],
            "more": totals["number"] > NEWEST,
            "total": totals["total"] or ZERO,
            "since": totals["since"] or ZERO,
            "all_url": f"{reverse('ims_transactions:index')}?{asked}",
        }


def account_panel(account: AccountHolder, request: HttpRequest) -> AccountPanel | None:
    """Return the transactions of an account, for readers who see transactions of its fund."""
    scope = scope_of(request.user, "ims_ledger.view_transaction")
    return AccountPanel(account) if account.fund_id in scope else None
