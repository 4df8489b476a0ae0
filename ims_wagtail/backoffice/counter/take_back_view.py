"""What the pages share on which something that was received is taken back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.models import Order


class TakeBackScreen(WagtailAdminTemplateMixin, View):
    """Says what is taken back of a payment, and from where; it leads back to the payment."""

    header_icon = "rotate"
    order: Order

    def show(
        self, form: Any, lines: Sequence[tuple[Transaction, Decimal]], **context: Any
    ) -> HttpResponse:
        """Draw the page: each line with what is taken from it."""
        context = self.get_context_data(form=form, order=self.order, lines=lines, **context)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def there(self) -> HttpResponse:
        """Go to the payment."""
        return redirect("ims_staff_payments:inspect", self.order.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        payment = reverse("ims_staff_payments:inspect", args=[self.order.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_staff_payments:index"), "label": _("Taken by staff")},
            {"url": payment, "label": self.order.reference},
            {"url": "", "label": self.page_title},
        ]
