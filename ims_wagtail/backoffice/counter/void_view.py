"""Voiding a receipt that was entered by mistake."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access.policy import scope_of

from .forms import VoidForm
from .models import CounterReceipt
from .rights import TAKE, VOID, sees_whole
from .take_back_view import TakeBackScreen
from .voiding import VoidRefused, void, why_not_void


class VoidView(TakeBackScreen):
    """Says what is reversed and what to hand back, asks why, and voids it once."""

    model = CounterReceipt
    template_name = "ims_wagtail/backoffice/counter/void.html"
    page_title = gettext_lazy("Void a receipt")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user, TAKE, VOID):
            raise PermissionDenied
        receipts = CounterReceipt.objects.select_related("order", "session", "posting")
        self.receipt = get_object_or_404(receipts, pk=kwargs["pk"])
        self.order = self.receipt.order
        if not sees_whole(request.user, self.order):
            raise Http404("not all of it is in the person's funds")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if why := why_not_void(request.user, self.receipt):
            messages.error(request, why)
            return self.there()
        return self._show(VoidForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = VoidForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            void(user=request.user, receipt=self.receipt, reason=form.cleaned_data["reason"])
        except VoidRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The receipt is void."))
        return self.there()

    def _show(self, form: VoidForm) -> HttpResponse:
        session = self.receipt.session
        lines = self.receipt.posting.lines.select_related("fund").order_by("line_number")
        return self.show(
            form,
            [(line, line.amount) for line in lines],
            tenders=self.receipt.tenders.select_related("method"),
            from_till=session is not None and session.closed_at is None,
        )
