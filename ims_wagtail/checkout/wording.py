"""Labels that residents read, never empty."""

from django.utils.translation import gettext

from ims_wagtail.funds import wording
from ims_wagtail.funds.models import PaymentType


def reference_label(payment_type: PaymentType) -> str:
    """Return what the reference is called, such as “Account number”."""
    return wording.reference_label(payment_type) or gettext("Reference")
