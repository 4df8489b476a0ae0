"""Income → Cashier sessions: what was taken at each till, and whether it was all there."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import LondonDateRangeFilter, StaffFilterSet
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.funds.models import Office
from ims_wagtail.money import ZERO

from .models import CashierSession, SessionTotal
from .policy import SessionPolicy
from .reading import lines_of_session
from .rights import may_close
from .sessions import SessionRefused, confirm


class SessionFilterSet(StaffFilterSet):
    """By office, cashier, state, time, and whether everything was there."""

    office = django_filters.ModelChoiceFilter(
        label=_("Office"), queryset=Office.objects.order_by("code"), empty_label=_("Any")
    )
    person = django_filters.ModelChoiceFilter(
        label=_("Cashier"),
        queryset=lambda request: get_user_model().objects.filter(
            pk__in=SessionPolicy()
            .instances_user_has_any_permission_for(request.user, ["view"])
            .values("person")
        ),
        empty_label=_("Any"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("open", _("Open")),
            ("waiting", _("Waiting to be confirmed")),
            ("confirmed", _("Confirmed")),
        ],
        empty_label=_("Any"),
        method="in_state",
    )
    differs = django_filters.ChoiceFilter(
        label=_("Difference"),
        choices=[("yes", _("With a difference"))],
        empty_label=_("Any"),
        method="with_difference",
    )
    opened_at = LondonDateRangeFilter(label=_("Opened"))

    class Meta:
        model = CashierSession
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the sessions that stand so."""
        if value == "open":
            return rows.filter(closed_at__isnull=True)
        return rows.filter(closed_at__isnull=False, confirmed_at__isnull=value == "waiting")

    def with_difference(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the sessions in which something was missing or too much of any method."""
        wrong = SessionTotal.objects.filter(~Q(declared=F("expected")))
        return rows.filter(pk__in=wrong.values("session"))


class SessionIndexView(ScopedIndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Any]:
        totals = SessionTotal.objects.filter(session=OuterRef("pk")).order_by().values("session")
        return (
            super()
            .get_base_queryset()
            .annotate(
                declared=Subquery(totals.annotate(sum=Sum("declared")).values("sum")),
                difference=Subquery(
                    totals.annotate(sum=Coalesce(Sum(F("declared") - F("expected")), ZERO)).values(
                        "sum"
                    )
                ),
            )
        )


class SessionView(ScopedInspectView):
    """One session: what was received in it, and its cash-up, which somebody else confirms."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/backoffice/counter/session.html"
    page_title = _("Cashier session")

    def get_page_subtitle(self) -> str:
        return str(self.object.pk)

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        """Return a session in the reader's funds, or their own."""
        seen = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        rows = CashierSession.objects.filter(
            Q(person_id=self.request.user.pk) | Q(pk__in=seen.values("pk"))
        )
        return get_object_or_404(
            rows.select_related("person", "office", "closed_by", "confirmed_by"), pk=self.pk
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm the cash-up."""
        if not self._may_confirm():
            raise PermissionDenied
        try:
            confirm(user=request.user, session=self.object)
        except SessionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("The cash-up is confirmed."))
        return redirect("ims_cashier_sessions:inspect", self.object.pk)

    def _may_confirm(self) -> bool:
        policy = self.permission_policy
        return bool(
            policy.user_has_permission_for_instance(self.request.user, "confirm", self.object)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        session: CashierSession = self.object
        user = self.request.user
        mine = session.person_id == user.pk
        return super().get_context_data(
            session=session,
            cashier=name_of(session.person),
            closed_by=name_of(session.closed_by) if session.closed_by else "",
            confirmed_by=name_of(session.confirmed_by) if session.confirmed_by else "",
            tills=lines_of_session(session),
            counts=session.counts.all(),
            receipts=session.receipts.select_related("order").order_by("-order_id"),
            may_confirm=self._may_confirm()
            and not mine
            and session.closed_by_id not in (None, user.pk)
            and session.confirmed_at is None,
            is_mine=mine,
            may_cash_up=session.closed_at is None and may_close(user, session),
            **kwargs,
        )


def state_of(session: CashierSession) -> Any:
    """Return how a session stands, in words."""
    if session.closed_at is None:
        return _("Open")
    return _("Confirmed") if session.confirmed_at else _("Waiting to be confirmed")


class SessionViewSet(ScopedModelViewSet):
    """Every session at a till that the reader may see."""

    model = CashierSession
    name = "cashier-sessions"
    icon = "user"
    menu_label = _("Cashier sessions")
    menu_order = 33
    views = ("index", "inspect")
    index_view_class = SessionIndexView
    inspect_view_class = SessionView
    inspect_template_name = SessionView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["opened_at"]
    filterset_class = SessionFilterSet
    ordering = "-opened_at"
    select_related = ("person", "office")
    list_display = [
        ReferenceColumn(
            "pk",
            label=_("Session"),
            get_url=lambda session: reverse("ims_cashier_sessions:inspect", args=[session.pk]),
        ),
        TimeColumn("opened_at", label=_("Opened"), sort_key="opened_at"),
        Column("person", label=_("Cashier"), accessor=lambda session: name_of(session.person)),
        Column("office", label=_("Office")),
        Column("state", label=_("State"), accessor=state_of),
        MoneyColumn("declared", label=_("Declared")),
        MoneyColumn("difference", label=_("Difference")),
    ]
