"""Screens by which a council sets up what can be paid for, without a developer."""

from .funds import FundViewSet
from .payment_types import PaymentTypeViewSet
from .reference_rules import CheckDigitViewSet, ReferenceRuleViewSet


__all__ = ["CheckDigitViewSet", "FundViewSet", "PaymentTypeViewSet", "ReferenceRuleViewSet"]
