"""One application: what was answered, and the officer's yes or no."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access.policy import user_may
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.checkout.amounts.basis import worked_out
from ims_wagtail.checkout.amounts.words import in_words
from ims_wagtail.checkout.questions import shown_answers
from ims_wagtail.checkout.requests.applications.deciding import NotDecidable, approve, refuse
from ims_wagtail.checkout.requests.applications.selectors import DECIDE, is_own
from ims_wagtail.checkout.requests.making import RequestRefused
from ims_wagtail.checkout.requests.models import Application
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.selectors import prices_today

from .application_forms import ApproveForm, RefuseForm
from .rights import VIEW


class ApplicationView(ScopedInspectView):
    """Everything about one application; a POST approves or refuses it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/backoffice/requests/application.html"
    page_title = gettext_lazy("Application")
    shows_person = True

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            "payment_type__fund", "decided_by", "applied_by", "request__payment_type"
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not user_may(request.user, DECIDE, self.object.fund_id):
            raise PermissionDenied
        try:
            match request.POST.get("action"):
                case "approve":
                    return self._approve(request)
                case "refuse":
                    return self._refuse(request)
        except NotDecidable as told:
            messages.error(request, str(told))
            return self._here()
        return HttpResponseNotAllowed(["GET"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, user = self.object, self.request.user
        may_decide = found.is_waiting and user_may(user, DECIDE, found.fund_id)
        own = may_decide and is_own(found, of=user)
        asked = found.request
        return super().get_context_data(
            application=found,
            label=reference_label(found.payment_type),
            has_reference=found.payment_type.reference_source == ReferenceSource.PAYER,
            answers=shown_answers(found.answers),
            pieces=_pieces(found),
            is_own=own,
            asked_url=(
                reverse("ims_requests_to_pay:inspect", args=[asked.pk])
                if asked and user_may(user, VIEW, asked.fund_id)
                else ""
            ),
            **{
                "approving": ApproveForm(application=found) if may_decide and not own else None,
                "refusing": RefuseForm() if may_decide and not own else None,
                **kwargs,
            },
        )

    def _approve(self, request: HttpRequest) -> HttpResponse:
        form = ApproveForm(application=self.object, data=request.POST)
        if not form.is_valid():
            return self._again(approving=form)
        try:
            made = approve(
                application=self.object,
                by=request.user,
                amount=form.cleaned_data.get("amount"),
                message=form.cleaned_data["message"],
            )
        except RequestRefused as refused:
            for fault in refused.faults:
                form.add_error(fault.field if fault.field in form.fields else None, fault.words)
            return self._again(approving=form)
        messages.success(
            request,
            _("%(number)s is approved. The link of %(request)s is on its way.")
            % {"number": self.object, "request": made},
        )
        return self._here()

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        form = RefuseForm(request.POST)
        if not form.is_valid():
            return self._again(refusing=form)
        refuse(application=self.object, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("%(number)s is refused, and the reason sent.") % {"number": self.object}
        )
        return self._here()

    def _again(self, **forms: Form) -> HttpResponse:
        context = self.get_context_data(**forms)
        return self.render_to_response(context, status=422)

    def _here(self) -> HttpResponse:
        return redirect("ims_applications:inspect", self.object.pk)


def _pieces(found: Application) -> list[tuple[str, str]]:
    """Say what makes the amount up today, where prices do."""
    priced = worked_out(
        payment_type=found.payment_type,
        basis=found.amount_basis,
        prices=prices_today(found.payment_type, accounting_date()),
    )
    return in_words(priced) if priced else []
