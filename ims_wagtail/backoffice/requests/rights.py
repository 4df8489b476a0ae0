"""Who may do what with requests to pay, by the funds of their payment types."""

from typing import Any

from django.db.models import QuerySet

from ims_wagtail.access.policy import Scope, scope_of, user_may
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types


VIEW = "ims_requests.view_requesttopay"
ADD = "ims_requests.add_requesttopay"
CHANGE = "ims_requests.change_requesttopay"
APPROVE = "ims_requests.approve_requesttopay"
VIEW_APPLICATION = "ims_requests.view_application"


def asking_scope(user: Any) -> Scope:
    """Return the funds for which the user may ask somebody to pay."""
    return scope_of(user, ADD)


def types_to_ask_for(user: Any) -> QuerySet[PaymentType]:
    """Return what can be paid for today in those funds."""
    scope = asking_scope(user)
    types = payable_types(accounting_date())
    return types if scope.every else types.filter(fund_id__in=scope.fund_ids)


def may_change(user: Any, request: RequestToPay) -> bool:
    """Say whether the user may send and withdraw a request."""
    return user_may(user, CHANGE, request.fund_id)


def may_approve(user: Any, request: RequestToPay) -> bool:
    """Say whether the user may approve a request: never one's own."""
    return request.made_by_id != user.pk and user_may(user, APPROVE, request.fund_id)
