"""Which payment types an editor may put on a page."""

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet

from ims_wagtail.access.policy import funds_for, user_may
from ims_wagtail.funds.models import PaymentType


PERMISSION = "ims_funds.view_paymenttype"


def types_for(*, user: AbstractUser, chosen_id: int | None) -> QuerySet[PaymentType]:
    """Return the enabled payment types of the editor's funds, and the page's present one.

    The present one stays, so that anybody who may edit the page can put its words right without
    having to take the payment off it.
    """
    usable = Q(enabled=True, fund__enabled=True, fund__in=funds_for(user, PERMISSION))
    if chosen_id is not None:
        usable |= Q(pk=chosen_id)
    return PaymentType.objects.filter(usable).select_related("fund").order_by("name", "pk")


def may_see(*, user: AbstractUser, payment_type: PaymentType) -> bool:
    """Say whether this editor may read how the payment type is set up."""
    return user_may(user, PERMISSION, payment_type.fund_id)
