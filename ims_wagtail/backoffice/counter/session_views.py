"""The pages of cashiers' sessions: open one's own, cash it up, or another's for them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.people import methods_for, offices_for
from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import Channel

from .forms import CashUpForm, OpenForm
from .models import CashierSession
from .rights import CLOSE, counter_scope, may_close, open_sessions, piece_methods
from .sessions import (
    SessionRefused,
    cash_of_council,
    cash_up,
    expected_in,
    open_session_at,
    taken_by_session,
)


class CounterScreen(WagtailAdminTemplateMixin, View):
    """A page for people who may take money at the counter for some fund."""

    header_icon = "user"

    #: For a page that supervisors open, too.
    permission = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not counter_scope(request.user) and not scope_of(request.user, self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_counter:sessions"), "label": _("My till")},
        ]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(self.get_context_data(**context), status=status)


class MySessionsView(CounterScreen):
    """The sessions that the person has open, and opening another."""

    template_name = "ims_wagtail/backoffice/counter/my_sessions.html"
    page_title = gettext_lazy("My till")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(OpenForm(self._offices))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OpenForm(self._offices, request.POST)
        if form.is_valid():
            try:
                open_session_at(
                    user=request.user,
                    office=form.cleaned_data["office"],
                    opening_float=form.cleaned_data["opening_float"],
                )
            except SessionRefused as refused:
                form.add_error("office", str(refused))
            else:
                messages.success(request, _("Your till is open."))
                return redirect("ims_counter:sessions")
        return self._show(form)

    @cached_property
    def _offices(self) -> Any:
        return offices_for(self.request.user).filter(enabled=True).order_by("name")

    def _show(self, form: OpenForm) -> HttpResponse:
        sessions = open_sessions(self.request.user)
        taken = taken_by_session(sessions)
        return self.show(
            status=422 if form.errors else 200,
            form=form,
            sessions=[(session, taken.get(session.pk, ZERO)) for session in sessions],
        )


class CashUpView(CounterScreen):
    """Counting a till (``?session=``), and closing the session for good: one's own, or another's.

    Another's takes a permission in every fund it took money for.
    """

    template_name = "ims_wagtail/backoffice/counter/cash_up.html"
    page_title = gettext_lazy("Cash up")
    permission = CLOSE

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("Cash up")}]

    @cached_property
    def session(self) -> CashierSession:
        asked = self.request.GET.get("session", "")
        found = get_object_or_404(
            CashierSession.objects.select_related("office", "person"),
            pk=asked if asked.isdecimal() else None,
        )
        if not may_close(self.request.user, found):
            raise Http404("not all of it is in the person's funds")
        return found

    @property
    def is_own(self) -> bool:
        """Whether the person took the money themselves."""
        return self.session.person_id == self.request.user.pk

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET.get("session"):
            return redirect("ims_counter:sessions")
        if self.session.closed_at is not None:
            return self._there()
        return self._show(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                cash_up(
                    user=request.user,
                    session=self.session,
                    counts=form.counts,
                    declared=form.declared,
                    reason=form.cleaned_data.get("close_reason", ""),
                )
            except SessionRefused as refused:
                self.session.refresh_from_db(fields=["closed_at"])
                if self.session.closed_at is not None:
                    return self._there()
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The session is closed."))
                return self._there()
        return self._show(form, status=422)

    def _show(self, form: CashUpForm, *, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            form=form,
            session=self.session,
            cashier="" if self.is_own else name_of(self.session.person),
        )

    def _form(self, data: Any = None) -> CashUpForm:
        cash = cash_of_council()
        cashier = self.session.person
        wanted = {
            method.pk: method
            for channel in (Channel.COUNTER, Channel.POST)
            for method in piece_methods(cashier, channel)
        }
        known = expected_in(self.session, cash=cash)
        # A method may have been taken from the person since they took something by it.
        wanted |= MethodOfPayment.objects.in_bulk([pk for pk in known if pk not in wanted])
        if cash is not None:
            wanted.pop(cash.pk, None)
        takes_cash = cash is not None and (
            cash.pk in known or methods_for(cashier).filter(pk=cash.pk).exists()
        )
        return CashUpForm(
            cash=cash if takes_cash else None,
            others=sorted(wanted.values(), key=lambda method: method.code),
            is_own=self.is_own,
            data=data,
        )

    def _there(self) -> HttpResponse:
        return redirect("ims_cashier_sessions:inspect", self.session.pk)
