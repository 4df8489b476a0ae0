"""What payments registers with the Wagtail admin."""

from django.http import HttpRequest
from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.viewsets import POSTING_PANELS
from ims_wagtail.suspense.item_screen import ITEM_ACTIONS

from .account_screens import MerchantAccountViewSet
from .answer_screens import AnswerViewSet
from .attempt_screens import AttentionViewSet, WaitingViewSet
from .comparing.screens import ComparisonViewSet, DifferenceViewSet
from .disputes.screens import DisputeViewSet
from .panels import OrderPanel, order_panel
from .refunds.actions import item_action
from .refunds.batch_screens import RefundBatchViewSet
from .refunds.file_screens import RefundFileViewSet
from .refunds.viewset import RefundAttentionViewSet, RefundViewSet
from .viewsets import OrderViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of payments."""
    return [
        OrderViewSet(),
        AnswerViewSet(),
        RefundViewSet(),
        RefundFileViewSet(),
        RefundBatchViewSet(),
        RefundAttentionViewSet(),
        WaitingViewSet(),
        AttentionViewSet(),
        DifferenceViewSet(),
        ComparisonViewSet(),
        DisputeViewSet(),
        MerchantAccountViewSet(),
    ]


@hooks.register(POSTING_PANELS)
def posting_panel(posting: Posting, request: HttpRequest) -> OrderPanel | None:
    """Show the order on the ledger's page of its posting."""
    return order_panel(posting, request)


hooks.register(ITEM_ACTIONS, item_action)
