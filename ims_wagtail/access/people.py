"""Which offices and methods of payment a person may use when they take money."""

from typing import Any

from django.db.models import Q, QuerySet

from ims_wagtail.funds.models import MethodOfPayment, Office


def offices_for(user: Any) -> QuerySet[Office]:
    """Return the offices the user may take money for: their own and those ticked for them."""
    if user.is_superuser:
        return Office.objects.all()
    profile = user.ims_profile
    return Office.objects.filter(Q(pk=profile.office_id) | Q(pk__in=profile.offices.values("pk")))


def methods_for(user: Any) -> QuerySet[MethodOfPayment]:
    """Return the methods by which the user may take money: none until they are ticked."""
    if user.is_superuser:
        return MethodOfPayment.objects.all()
    return MethodOfPayment.objects.filter(pk__in=user.ims_profile.methods.values("pk"))
