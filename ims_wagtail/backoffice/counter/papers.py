"""What is printed: the receipt for the payer, and the cash-up sheet."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.generic import View
from wagtail.permissions import policy_registry

from ims_wagtail.access import audit
from ims_wagtail.access.naming import name_of
from ims_wagtail.checkout.receipts import build_receipt
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.selectors import order_by_token
from ims_wagtail.ui.council import council_for

from .models import CashierSession, CounterReceipt
from .reading import lines_of_session
from .rights import sees_whole


class PrintReceiptView(View):
    """The receipt in the payer's language. The first is the receipt, every later one a copy."""

    model = CounterReceipt

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = policy_registry.get_by_type(Order)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        order = get_object_or_404(seen.filter(counter_receipt__isnull=False), pk=pk)
        if not sees_whole(request.user, order):
            raise Http404
        first = note_printed(pk=pk, by=request.user)
        found = order_by_token(order.token)
        if found is None:
            raise Http404
        with translation.override(found.language):
            receipt = build_receipt(found, council=council_for(request), is_copy=not first)
            context = {
                "receipt": receipt,
                "back_url": reverse("ims_staff_payments:inspect", args=[pk]),
                "shows_answers": True,
            }
            return render(request, "ims_wagtail/checkout/receipt.html", context)


@transaction.atomic
def note_printed(*, pk: int, by: Any) -> bool:
    """Write down that a receipt is printed; return whether it is for the first time."""
    first = CounterReceipt.objects.filter(pk=pk, printed_at__isnull=True).update(
        printed_at=timezone.now()
    )
    audit.record(
        user=by,
        action="print receipt",
        obj=CounterReceipt.objects.get(pk=pk),
        after={"copy": not first},
    )
    return bool(first)


class SheetView(View):
    """The cash-up sheet of a session, to be printed and put to the money."""

    model = CashierSession

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = policy_registry.get_by_type(CashierSession)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        rows = CashierSession.objects.select_related(
            "person", "office", "closed_by", "confirmed_by"
        )
        session = get_object_or_404(rows, pk=pk)
        if session.person_id != request.user.pk and not seen.filter(pk=pk).exists():
            raise Http404
        context: dict[str, Any] = {
            "session": session,
            "cashier": name_of(session.person),
            "closed_by": name_of(session.closed_by) if session.closed_by else "",
            "confirmed_by": name_of(session.confirmed_by) if session.confirmed_by else "",
            "tills": lines_of_session(session),
            "counts": session.counts.all(),
            "back_url": reverse("ims_cashier_sessions:inspect", args=[pk]),
        }
        return render(request, "ims_wagtail/backoffice/counter/sheet.html", context)
