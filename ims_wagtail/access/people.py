"""Which offices and methods of payment a person may use when they take money."""

from typing import Any

from django.db.models import Q, QuerySet

from ims_wagtail.funds.models import MethodOfPayment, Office

from .models import StaffProfile


def offices_for(user: Any) -> QuerySet[Office]:
    """Return the offices the user may take money for: their own and those ticked for them."""
    if user.is_superuser:
        return Office.objects.all()
    profile = user.ims_profile
    return Office.objects.filter(Q(pk=profile.office_id) | Q(pk__in=profile.offices.values("pk")))


def office_of(user: Any) -> Office | None:
    """Return where the user works, which is noted with what they post; none when nobody said."""
    profile = StaffProfile.objects.select_related("office").filter(user=user).first()
    return profile.office if profile else None


def methods_for(user: Any) -> QuerySet[MethodOfPayment]:
    """Return the methods by which the user may take money: none until they are ticked."""
    if user.is_superuser:
        return MethodOfPayment.objects.all()
    return MethodOfPayment.objects.filter(pk__in=user.ims_profile.methods.values("pk"))
