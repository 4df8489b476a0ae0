"""Staff screens of disputes: what payers' banks have asked back, and by when it needs an answer."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ims_wagtail.access import audit
from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import StaffFilterSet
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.models import Dispute

from .posting import source_of_dispute


class DisputeFilterSet(StaffFilterSet):
    """What the list of disputes can be narrowed by."""

    class Meta:
        model = Dispute
        fields = ["status"]


class DisputeIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    empty_says = _(
        "No payment has been disputed. Providers are asked every morning; a dispute stands here "
        "with the day by which evidence is due."
    )


class DisputeView(ScopedInspectView):
    """One dispute: its payment, its due date, and what it has taken from the book."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/payments/staff/dispute.html"
    page_title = _("Dispute")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("account", "attempt__order", "owner")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the reader look after this dispute."""
        if self._may_change():
            by: Any = request.user
            with transaction.atomic():
                Dispute.objects.filter(pk=self.object.pk).update(owner=by)
                audit.record(
                    user=by,
                    action="take over dispute",
                    obj=self.object,
                    before={"owner": self.object.owner_id},
                    after={"owner": by.pk},
                )
            messages.success(request, gettext("You look after this dispute now."))
        else:
            messages.error(request, gettext("You may look at disputes, not take them over."))
        return redirect("ims_disputes:inspect", self.object.pk)

    def _may_change(self) -> bool:
        return bool(self.user_has_permission_for_instance("change", self.object))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dispute: Dispute = self.object
        return {
            **super().get_context_data(**kwargs),
            "dispute": dispute,
            "posting": Posting.objects.filter(source=source_of_dispute(dispute)).first(),
            "may_take_over": self._may_change() and dispute.owner_id != self.request.user.pk,
        }


class DisputeViewSet(ScopedModelViewSet):
    """Disputes, those whose evidence is due soonest first. Evidence is given on the provider's own
    site; nothing here tells it anything.
    """

    model = Dispute
    name = "disputes"
    icon = "warning"
    menu_order = 44
    views = ("index", "inspect")
    index_view_class = DisputeIndexView
    inspect_view_class = DisputeView
    inspect_template_name = DisputeView.template_name
    inspect_view_fields = ["provider_id"]
    changed_on_its_page = True
    filterset_class = DisputeFilterSet
    ordering = "evidence_due_at"
    select_related = ("account", "owner", "attempt__order")
    list_display = [
        ReferenceColumn(
            "provider_id",
            label=_("Dispute"),
            get_url=lambda dispute: reverse("ims_disputes:inspect", args=[dispute.pk]),
        ),
        Column("get_status_display", label=_("Status")),
        TimeColumn("evidence_due_at", label=_("Evidence due"), sort_key="evidence_due_at"),
        TimeColumn("opened_at", label=_("Opened"), sort_key="opened_at"),
        Column("attempt.order.reference", label=_("Receipt number")),
        Column("account", label=_("Merchant account")),
        MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
        Column("owner", label=_("Looked after by")),
        Column("problem", label=_("Problem")),
    ]
