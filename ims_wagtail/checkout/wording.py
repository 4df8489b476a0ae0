"""Names and labels in the reader's language."""

from django.utils.translation import get_language, gettext

from ims_wagtail.funds.models import PaymentType


def service_name(payment_type: PaymentType) -> str:
    """Return what residents know a payment type by, in Welsh where they read Welsh."""
    if (get_language() or "").startswith("cy") and payment_type.name_cy:
        return payment_type.name_cy
    return payment_type.name


def reference_label(payment_type: PaymentType) -> str:
    """Return what the reference is called, such as “Account number”."""
    return payment_type.reference_label or gettext("Reference")
