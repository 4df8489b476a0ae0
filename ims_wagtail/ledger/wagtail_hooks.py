"""What the ledger registers with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from .viewsets import PostingViewSet, TransactionViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[TransactionViewSet | PostingViewSet]:
    """Register the screens of the book."""
    return [TransactionViewSet(), PostingViewSet()]


@hooks.register("register_permissions")
def payer_permission() -> QuerySet[Permission]:
    """Let the Groups screen say who may know payers; they have no list of their own."""
    return Permission.objects.filter(
        content_type__app_label="ims_ledger", codename="view_payerdetails"
    )
