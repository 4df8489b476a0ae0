"""The pages of a cashier's own sessions: open one, cash it up."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.people import methods_for, offices_for
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import Channel

from .forms import CashUpForm, OpenForm
from .models import CashierSession
from .rights import counter_scope, open_sessions, piece_methods
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

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not counter_scope(request.user):
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
    """Counting the till (``?session=``), and closing the session for good."""

    template_name = "ims_wagtail/backoffice/counter/cash_up.html"
    page_title = gettext_lazy("Cash up")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("Cash up")}]

    @cached_property
    def session(self) -> CashierSession:
        asked = self.request.GET.get("session", "")
        mine = CashierSession.objects.filter(person_id=self.request.user.pk)
        return get_object_or_404(
            mine.select_related("office"), pk=asked if asked.isdecimal() else None
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET.get("session"):
            return redirect("ims_counter:sessions")
        if self.session.closed_at is not None:
            return self._there()
        return self.show(form=self._form(), session=self.session)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                cash_up(
                    user=request.user,
                    session=self.session,
                    counts=form.counts,
                    declared=form.declared,
                )
            except SessionRefused as refused:
                self.session.refresh_from_db(fields=["closed_at"])
                if self.session.closed_at is not None:
                    return self._there()
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The session is closed."))
                return self._there()
        return self.show(status=422, form=form, session=self.session)

    def _form(self, data: Any = None) -> CashUpForm:
        cash = cash_of_council()
        user = self.request.user
        wanted = {
            method.pk: method
            for channel in (Channel.COUNTER, Channel.POST)
            for method in piece_methods(user, channel)
        }
        known = expected_in(self.session, cash=cash)
        # A method may have been taken from the person since they took something by it.
        wanted |= MethodOfPayment.objects.in_bulk([pk for pk in known if pk not in wanted])
        if cash is not None:
            wanted.pop(cash.pk, None)
        takes_cash = cash is not None and (
            cash.pk in known or methods_for(user).filter(pk=cash.pk).exists()
        )
        return CashUpForm(
            cash=cash if takes_cash else None,
            others=sorted(wanted.values(), key=lambda method: method.code),
            data=data,
        )

    def _there(self) -> HttpResponse:
        return redirect("ims_cashier_sessions:inspect", self.session.pk)
