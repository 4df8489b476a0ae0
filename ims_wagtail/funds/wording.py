"""What finance has written in two languages, in the one that is read."""

from django.utils.translation import get_language

from .models import MethodOfPayment, PaymentType


def in_reading_language(english: str, welsh: str) -> str:
    """Return the Welsh words where Welsh is read and there are some, otherwise the English."""
    return welsh if welsh and (get_language() or "").startswith("cy") else english


def service_name(payment_type: PaymentType) -> str:
    """Return what residents know a payment type by."""
    return in_reading_language(payment_type.name, payment_type.name_cy)


def reference_label(payment_type: PaymentType) -> str:
    """Return what residents call the reference, such as “Account number”; it may be empty."""
    return in_reading_language(payment_type.reference_label, payment_type.reference_label_cy)


def reference_hint(payment_type: PaymentType) -> str:
    """Return where residents find the reference."""
    return in_reading_language(payment_type.reference_hint, payment_type.reference_hint_cy)


def method_name(method: MethodOfPayment) -> str:
    """Return what receipts call a method of payment."""
    return in_reading_language(method.name, method.name_cy)
