"""What the ledger registers with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.accounts.viewsets import ACCOUNT_PANELS

from .account_panel import AccountPanel, account_panel
from .period_screens import PeriodViewSet
from .viewsets import PostingViewSet, TransactionViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of the book."""
    return [TransactionViewSet(), PostingViewSet(), PeriodViewSet()]


@hooks.register("register_permissions")
def permissions_without_a_list() -> QuerySet[Permission]:
    """Let the Groups screen say who may know payers and notes; they have no lists of their own."""
    return Permission.objects.filter(
        content_type__app_label="ims_ledger",
        codename__in=("view_payerdetails", "view_postingnote", "add_postingnote"),
    )


@hooks.register(ACCOUNT_PANELS)
def panel_of_account(account: AccountHolder, request: HttpRequest) -> AccountPanel | None:
    """Show what was paid on an account on its page."""
    return account_panel(account, request)
