"""Screens by which a council sets up what can be paid for, without a developer."""

from .attributes import AttributeViewSet
from .fund_groups import FundGroupViewSet
from .funds import FundViewSet
from .payment_types import PaymentTypeViewSet
from .reference_rules import CheckDigitViewSet, ReferenceRuleViewSet


__all__ = [
    "AttributeViewSet",
    "CheckDigitViewSet",
    "FundGroupViewSet",
    "FundViewSet",
    "PaymentTypeViewSet",
    "ReferenceRuleViewSet",
]
