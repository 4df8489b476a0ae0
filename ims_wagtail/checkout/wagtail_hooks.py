"""What the checkout registers with the Wagtail admin."""

from wagtail import hooks

from .copy_screens import ReceiptCopyViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ReceiptCopyViewSet]:
    """Register the screens of copies of receipts."""
    return [ReceiptCopyViewSet()]
