"""What the checkout registers with the Wagtail admin."""

from django.urls import URLPattern, path
from wagtail import hooks

from .copy_screens import ReceiptCopyViewSet
from .file_screens import DownloadView


@hooks.register("register_admin_viewset")
def viewsets() -> list[ReceiptCopyViewSet]:
    """Register the screens of copies of receipts."""
    return [ReceiptCopyViewSet()]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Register where files of answers are taken."""
    view = DownloadView.as_view()
    return [path("income/answer-files/<uuid:pk>/", view, name="ims_answer_file_download")]
