"""Asking somebody to pay: first for what, then the rest."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.backoffice.taking.forms import ChooseForm
from ims_wagtail.checkout.asked import Asked, asked_for
from ims_wagtail.checkout.requests.making import RequestRefused, make_request
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.funds.models import PaymentType

from .asking_view import AskingView
from .forms import RequestForm
from .rights import types_to_ask_for


class AskView(AskingView):
    """One request, for a payment type (``?type=``)."""

    model = RequestToPay
    template_name = "ims_wagtail/backoffice/requests/add.html"
    page_title = gettext_lazy("Ask somebody to pay")

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET.get("type"):
            choose = ChooseForm(types_to_ask_for(request.user).prefetch_related(None))
            return self._show(choose=choose)
        return self._show(form=self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                made = make_request(
                    wanted=form.wanted, by=request.user, and_send=form.cleaned_data["and_send"]
                )
            except RequestRefused as refused:
                for fault in refused.faults:
                    form.add_error(fault.field if fault.field in form.fields else None, fault.words)
            else:
                messages.success(request, _told(made))
                return redirect("ims_requests_to_pay:inspect", made.pk)
        return self._show(form=form, status=422)

    @cached_property
    def payment_type(self) -> PaymentType:
        found = types_to_ask_for(self.request.user).filter(slug=self.request.GET.get("type", ""))
        if (payment_type := found.first()) is None:
            raise Http404("nothing the person may ask for")
        return payment_type

    @cached_property
    def pages(self) -> list[Asked]:
        """Pages on which residents pay this and are asked something, or choose among prices."""
        pages = asked_for(self.payment_type)
        return [asked for asked in pages if asked.questions or asked.amount]

    def _form(self, data: Any = None) -> RequestForm:
        return RequestForm(payment_type=self.payment_type, pages=self.pages, data=data)

    def _show(self, status: int = 200, **context: Any) -> HttpResponse:
        if "form" in context:
            context["payment_type"] = self.payment_type
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_requests_to_pay:index"), "label": _("Requests to pay")},
            {"url": "", "label": self.get_page_title()},
        ]


def _told(made: RequestToPay) -> str:
    if made.is_waiting:
        return _("%(number)s waits for somebody else to approve it.") % {"number": made}
    if made.sendings:
        return _("%(number)s is made, and its link is on its way.") % {"number": made}
    return _("%(number)s is made. Its link stands below.") % {"number": made}
