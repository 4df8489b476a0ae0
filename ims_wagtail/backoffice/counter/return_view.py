"""Recording that a bank returned a cheque."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.ledger.holds import available

from .forms import ReturnForm
from .models import Tender
from .returning import ReturnRefused, lines_of, return_cheque
from .rights import CHEQUE_KINDS, RETURN, may_return


class ReturnView(WagtailAdminTemplateMixin, View):
    """Asks why, says what is taken back and from where, and takes it back once."""

    model = Tender
    template_name = "ims_wagtail/backoffice/counter/returned.html"
    page_title = gettext_lazy("Returned cheque")
    header_icon = "undo"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user, RETURN):
            raise PermissionDenied
        cheques = Tender.objects.filter(method__kind__in=CHEQUE_KINDS)
        self.tender = get_object_or_404(
            cheques.select_related("method", "receipt__order", "receipt__posting"),
            pk=kwargs["pk"],
        )
        self.order = self.tender.receipt.order
        if not may_return(request.user, self.order):
            raise Http404("not all of it is in the person's funds")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if hasattr(self.tender, "returned"):
            return self._there()
        return self._show(self._form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            return_cheque(
                user=request.user,
                tender=self.tender,
                reason=form.cleaned_data["reason"],
                stops=form.chosen_stops(),
            )
        except ReturnRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The cheque is taken back."))
        return self._there()

    def _form(self, data: Any = None) -> ReturnForm:
        return ReturnForm(holders=self.holders, stops=self._stops(), data=data)

    @property
    def holders(self) -> Sequence[AccountHolder]:
        """The accounts it paid, in funds in which the person may put stop messages."""
        mine = scope_of(self.request.user, "ims_accounts.change_accountholder")
        paid = {
            (line.fund_id, line.account_reference)
            for line in lines_of(self.tender)
            if line.fund_id in mine
        }
        either = reduce(or_, (Q(fund=fund, reference=text) for fund, text in paid), Q(pk__in=[]))
        return list(AccountHolder.objects.filter(either).order_by("reference"))

    def _stops(self) -> Mapping[int, Sequence[StopMessage]]:
        stops: dict[int, list[StopMessage]] = defaultdict(list)
        for stop in StopMessage.objects.filter(refuses_cheques=True).order_by("code"):
            stops[stop.fund_id].append(stop)
        return stops

    def _show(self, form: ReturnForm) -> HttpResponse:
        lines = lines_of(self.tender)
        left = available(line.pk for line in lines)
        context = self.get_context_data(
            form=form,
            tender=self.tender,
            order=self.order,
            lines=[(line, min(line.amount, left[line.pk])) for line in lines],
            short=any(left[line.pk] < line.amount for line in lines),
        )
        return self.render_to_response(context, status=422 if form.errors else 200)

    def _there(self) -> HttpResponse:
        return redirect("ims_staff_payments:inspect", self.order.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        payment = reverse("ims_staff_payments:inspect", args=[self.order.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_staff_payments:index"), "label": _("Taken by staff")},
            {"url": payment, "label": self.order.reference},
            {"url": "", "label": self.page_title},
        ]
