"""Recording that a bank returned a cheque."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access.policy import scope_of
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.ledger.holds import available

from .forms import ReturnForm
from .models import Tender
from .returning import ReturnRefused, lines_of, return_cheque
from .rights import CHEQUE_KINDS, RETURN, may_return
from .take_back_view import TakeBackScreen


class ReturnView(TakeBackScreen):
    """Asks why, says what is taken back and from where, and takes it back once."""

    model = Tender
    template_name = "ims_wagtail/backoffice/counter/returned.html"
    page_title = gettext_lazy("Returned cheque")

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
            return self.there()
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
        return self.there()

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
        return self.show(
            form,
            [(line, min(line.amount, left[line.pk])) for line in lines],
            tender=self.tender,
            short=any(left[line.pk] < line.amount for line in lines),
        )
