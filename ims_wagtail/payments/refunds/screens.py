"""Asking for a refund, and what can be done with one that was asked for."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.enums import GOES_AHEAD
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.models import Refund

from .attention import deal_with
from .deciding import subject_of
from .exceptions import RefundRefused
from .files import give_up, mark_returned
from .forms import RefundForm
from .refundable import Refundable, ask_provider, attempt_of, refundable
from .requesting import fund_ids_of, request_refund
from .settling import settle_refund


ASK = "ims_payments.request_refund"


class RequestRefundView(WagtailAdminTemplateMixin, View):
    """The form of a refund of one payment, or the reason in words why there is none.

    ``?line=7`` is about one line of it: what one payer paid, where a file brought many.
    """

    model = Posting
    template_name = "ims_wagtail/payments/refunds/request.html"
    page_title = gettext_lazy("Refund")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.scope = scope_of(request.user, ASK)
        if not self.scope:
            raise PermissionDenied
        self.posting = get_object_or_404(Posting, pk=pk)
        self.attempt = attempt_of(self.posting)
        seen = ask_provider(self.attempt) if self.attempt else None
        line = request.GET.get("line", "")
        self.found = refundable(
            posting=self.posting,
            within=self.scope,
            seen=seen,
            line_id=int(line) if line.isdecimal() else None,
        )
        if not self.found.lines:
            raise Http404("no line of the posting is in the person's funds")
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(RefundForm(self.found))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = RefundForm(self.found, request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            refund = request_refund(wish=form.wish(), by=request.user)
        except RefundRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form)
        messages.success(request, _asked(refund))
        return redirect("ims_refunds:inspect", refund.pk)

    def _show(self, form: RefundForm) -> HttpResponse:
        context = self.get_context_data(form=form, found=self.found, why_not=_why_not(self.found))
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_page_subtitle(self) -> str:
        return self.found.lines[0].line.receipt_number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        posting = reverse("ims_postings:inspect", args=[self.posting.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_refunds:index"), "label": gettext("Refunds")},
            {"url": posting, "label": gettext("Payment")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class RefundActionView(View, ABC):
    """Something done with one refund in the person's funds. Only by POST, and audited."""

    model = Refund
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = policy_registry.get_by_type(Refund)
        mine = policy.instances_user_has_permission_for(request.user, "request")
        refund = get_object_or_404(mine, pk=pk)
        self.act(refund)
        return redirect("ims_refunds:inspect", pk)

    @abstractmethod
    def act(self, refund: Refund) -> None:
        """Do it; tell what came of it."""


class CheckRefundView(RefundActionView):
    """Asks the provider about a refund now."""

    def act(self, refund: Refund) -> None:
        before = {"state": refund.state, "problem": refund.problem}
        settled = settle_refund(refund_id=refund.pk)
        funds = fund_ids_of(refund)
        audit.record(
            user=self.request.user,
            action="check refund",
            obj=refund,
            fund=funds[0] if len(funds) == 1 else None,
            before=before,
            after={"state": settled.state, "problem": settled.problem},
        )
        messages.success(
            self.request,
            gettext("%(refund)s: %(state)s.")
            % {"refund": settled.reference, "state": settled.get_state_display()},
        )


class DealWithRefundView(RefundActionView):
    """Takes a refund off the list of those that need a person."""

    def act(self, refund: Refund) -> None:
        if deal_with(refund_id=refund.pk, by=self.request.user):
            messages.success(self.request, gettext("It needs nobody any more."))
        else:
            messages.error(self.request, gettext("It isn't over: it can't be put aside."))


class ReturnedRefundView(RefundActionView):
    """Notes that a refund to a bank account came back."""

    def act(self, refund: Refund) -> None:
        try:
            mark_returned(
                refund_id=refund.pk, by=self.request.user, why=self.request.POST.get("why", "")
            )
        except RefundRefused as refused:
            messages.error(self.request, str(refused))
        else:
            messages.success(self.request, gettext("The money can be refunded again."))


class GiveUpRefundView(RefundActionView):
    """Withdraws an approved refund that has not been sent."""

    def act(self, refund: Refund) -> None:
        try:
            give_up(refund_id=refund.pk, by=self.request.user)
        except RefundRefused as refused:
            messages.error(self.request, str(refused))
        else:
            messages.success(self.request, gettext("The refund will not be made."))


def _why_not(found: Refundable) -> str:
    if found.why_not:
        return found.why_not
    if found.routes:
        return ""
    return found.why_not_card


def _asked(refund: Refund) -> str:
    approval = for_subject(subject_of(refund))
    if approval and approval.state in GOES_AHEAD:
        return gettext("Refund %(refund)s goes ahead.") % {"refund": refund.reference}
    return gettext("Refund %(refund)s waits for somebody else to approve it.") % {
        "refund": refund.reference
    }
