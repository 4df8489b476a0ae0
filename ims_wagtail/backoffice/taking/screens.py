"""The screens on which staff gather a payment and have it taken."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.accounts.checks import CheckedPayment, PaymentRefused
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.checkout.amounts.basis import layout_kept
from ims_wagtail.checkout.amounts.fields import initial_of
from ims_wagtail.checkout.asked import Asked, asked_for
from ims_wagtail.checkout.enums import AddOutcome
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.questions import initial_answers, questions_of
from ims_wagtail.checkout.services import (
    BasketFull,
    LineGone,
    add_line,
    change_line,
)
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types

from .drafts import Draft, draft_basket, open_draft, save_payer
from .forms import PayerForm, StaffEntryForm
from .rights import taking_scope


class TakingScreen(WagtailAdminTemplateMixin, View):
    """A page of the admin for people who may take payments for some fund."""

    header_icon = "pound-sign"
    page_title = gettext_lazy("Take a payment")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.scope = taking_scope(request.user)
        if not self.scope:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_taking:take"), "label": _("Take a payment")},
        ]

    @property
    def types(self) -> QuerySet[PaymentType]:
        """What may be paid for today, in the funds for which the person takes payments."""
        types = payable_types(accounting_date())
        return types if self.scope.every else types.filter(fund_id__in=self.scope.fund_ids)

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(self.get_context_data(**context), status=status)


class AddView(TakingScreen):
    """Reference, amount and answers of one payment, new (``?type=``) or changed (``?line=``)."""

    template_name = "ims_wagtail/backoffice/taking/add.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("Payment")}]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET.get("type") and not request.GET.get("line"):
            return redirect("ims_taking:take")
        return self._show(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid() or form.checked is None:
            return self._show(form)
        try:
            self._keep(form, form.checked)
        except PaymentRefused as refused:
            form.add_error(None, " ".join(problem.message for problem in refused.problems))
        except LineGone:
            messages.warning(request, _("That payment is no longer there."))
        except ValidationError as error:
            form.add_error(None, error)
        if form.errors:
            return self._show(form)
        for warning in form.checked.warnings:
            messages.warning(request, warning)
        return redirect("ims_taking:take")

    @cached_property
    def draft(self) -> Draft:
        return open_draft(self.request.user, with_rules=True)

    @cached_property
    def line(self) -> BasketLine | None:
        """The line that is changed."""
        asked = self.request.GET.get("line", "")
        if not asked:
            return None
        for line in self.draft.shopping.lines:
            if str(line.pk) == asked and line.payment_type.fund_id in self.scope:
                return line
        raise Http404("no such line")

    @cached_property
    def payment_type(self) -> PaymentType:
        if self.line is not None:
            return self.line.payment_type
        found = self.types.filter(slug=self.request.GET.get("type", "")).first()
        if found is None:
            raise Http404("nothing the person takes payments for")
        return found

    @cached_property
    def pages(self) -> list[Asked]:
        """Pages on which residents pay this, each with questions of its own."""
        return [] if self.line is not None else asked_for(self.payment_type)

    @cached_property
    def page(self) -> Asked | None:
        """The page whose questions are asked: the one chosen, or the first."""
        chosen = self.request.GET.get("page", "")
        found = [asked for asked in self.pages if str(asked.page.id) == chosen]
        return next(iter(found or self.pages), None)

    def _form(self, data: Any = None) -> StaffEntryForm:
        line = self.line
        if line is None:
            questions = self.page.questions if self.page else ()
            return StaffEntryForm(
                payment_type=self.payment_type,
                questions=questions,
                data=data,
                amount=self.page.amount if self.page else None,
            )
        return StaffEntryForm(
            payment_type=self.payment_type,
            questions=questions_of(line.answers),
            data=data,
            initial={
                "reference": line.account_reference,
                **initial_of(line.amount_basis, line.amount),
                **initial_answers(line.answers),
            },
            amount=layout_kept(line.amount_basis),
        )

    def _keep(self, form: StaffEntryForm, checked: CheckedPayment) -> None:
        """Put it into the basket. Raises ``ValidationError`` with words when it can't be."""
        basket = draft_basket(self.request.user)
        if self.line is not None:
            change_line(
                basket=basket,
                line_id=self.line.pk,
                reference=checked.reference,
                amount=checked.amount,
                answers=form.answers,
                amount_basis=form.amount_basis,
                audience=Audience.STAFF,
            )
            return
        try:
            added = add_line(
                basket=basket,
                payment_type=self.payment_type,
                reference=checked.reference,
                amount=checked.amount,
                answers=form.answers,
                amount_basis=form.amount_basis,
                page=self.page.page if self.page else None,
                audience=Audience.STAFF,
            )
        except BasketFull as full:
            raise ValidationError(
                _("At most %(most)d payments can be taken at once")
                % {"most": ims_settings().basket_lines}
            ) from full
        if added.outcome != AddOutcome.ADDED:
            raise ValidationError(
                _("This account is among the payments already: change that one instead")
            )

    def _show(self, form: StaffEntryForm) -> HttpResponse:
        return self.show(
            status=422 if form.errors else 200,
            form=form,
            payment_type=self.payment_type,
            fixed_amount=form.fixed_amount,
            page=self.page,
            pages=[asked for asked in self.pages if asked != self.page],
            is_change=self.line is not None,
        )


class PayerView(TakingScreen):
    """Who pays."""

    template_name = "ims_wagtail/backoffice/taking/payer.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("Who pays")}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form)
        save_payer(
            user=request.user,
            details=form.details,
            language=form.cleaned_data["language"],
            office=form.cleaned_data["office"],
            site=form.cleaned_data.get("site"),
        )
        return redirect("ims_taking:take")

    def _form(self, data: Any = None) -> PayerForm:
        user = self.request.user
        return PayerForm(draft=open_draft(user), user=user, data=data)

    def _show(self, form: PayerForm) -> HttpResponse:
        return self.show(status=422 if form.errors else 200, form=form)
