"""Which basket lines were made by a request."""

from ims_wagtail.checkout.enums import AddOutcome
from ims_wagtail.checkout.services import Added

from .models import RequestToPay, RequestUse


def note_use(*, request: RequestToPay, added: Added) -> None:
    """Remember that a basket line pays a request, so that its order is known by it.

    A line that stood there before goes on paying what it paid: one payment settles one request.
    """
    if added.outcome in (AddOutcome.ADDED, AddOutcome.REPLACED):
        RequestUse.objects.update_or_create(
            basket_line=added.line.pk, defaults={"request": request}
        )
    elif added.outcome == AddOutcome.ALREADY_THERE:
        RequestUse.objects.get_or_create(basket_line=added.line.pk, defaults={"request": request})
