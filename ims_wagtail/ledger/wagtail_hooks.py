"""What the ledger registers with the Wagtail admin."""

from wagtail import hooks

from .viewsets import PostingViewSet, TransactionViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[TransactionViewSet | PostingViewSet]:
    """Register the screens of the book."""
    return [TransactionViewSet(), PostingViewSet()]
