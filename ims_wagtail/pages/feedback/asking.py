"""Which payments are asked about, and on which page's behalf."""

from django.apps import apps
from django.urls import reverse

from ims_wagtail.pages.mixins import PayablePageMixin
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order


def page_that_asks(order: Order) -> int | None:
    """Return the first page of a paid order that asks; one query for each type of page.

    What staff took is not asked about: they filled in the form.
    """
    if order.state != OrderState.PAID or order.taken_by_id is not None:
        return None
    page_ids = [line.page_id for line in order.lines.all() if line.page_id]
    for model in apps.get_models():
        if page_ids and issubclass(model, PayablePageMixin):
            asking = set(
                model._default_manager.filter(pk__in=page_ids, asks_feedback=True).values_list(
                    "pk", flat=True
                )
            )
            for page_id in page_ids:
                if page_id in asking:
                    return page_id
    return None


def address_of_question(order: Order) -> str:
    """Return where the payer of an order is asked; nothing where no page asks."""
    if page_that_asks(order) is None:
        return ""
    return reverse("ims_feedback:ask", kwargs={"token": order.token})
