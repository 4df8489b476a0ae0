"""Staff screens: the queue, one request and deciding about it, and limits."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from . import kinds
from .authority import approvers_of, authority_of
from .enums import ApprovalState
from .exceptions import ApprovalError, NoteMissing
from .filters import ApprovalFilterSet, Show, shown_first
from .models import Approval
from .selectors import funds_of, funds_seen_by
from .services import approve, reject, withdraw


def age(approval: Approval) -> str:
    """Return how long ago something was asked for, in words."""
    return timesince(approval.requested_at, timezone.now(), depth=1)


def standing(approval: Approval) -> str:
    """Return where a request stands; one past its days is as good as expired."""
    if approval.is_overdue:
        return str(ApprovalState.EXPIRED.label)
    return approval.get_state_display()


class ApprovalIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    summed = {"amount": _("Total")}
    results_template_name = "ims_wagtail/approvals/staff/list_results.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        shown = request.GET.get("show") or shown_first(request.user)
        if shown in (Show.DECIDE, Show.WAITING):
            self.default_ordering = "requested_at"  # Who has waited longest comes first.

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = self.filters.data.get("show") if self.filters else None
        parts = [(part.value, part.label, part.value == shown) for part in Show]
        return {**super().get_context_data(*args, **kwargs), "parts": parts}


class DecisionForm(forms.Form):
    """What an approver says about a request."""

    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "Needed to reject. The person who asked reads it; it is kept for good, so leave out "
            "what is personal."
        ),
    )


class ApprovalView(ScopedInspectView):
    """One request: what, why, who may decide, and the buttons for who may."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/approvals/staff/approval.html"
    page_title = _("Approval")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("requested_by", "decided_by")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve, reject or withdraw, as the button that was pressed says."""
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            done = self._decide(request.POST.get("decision", ""), form.cleaned_data["note"])
        except NoteMissing as missing:
            form.add_error("note", str(missing))
            return self._show(form)
        except ApprovalError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                gettext("%(title)s: %(state)s.")
                % {"title": done.title, "state": done.get_state_display()},
            )
        return redirect("ims_approvals:inspect", self.object.pk)

    def _decide(self, decision: str, note: str) -> Approval:
        by: Any = self.request.user
        match decision:
            case "approve":
                return approve(approval_id=self.object.pk, by=by, note=note)
            case "reject":
                return reject(approval_id=self.object.pk, by=by, note=note)
            case "withdraw":
                return withdraw(approval_id=self.object.pk, by=by)
        raise BadRequest

    def _show(self, form: DecisionForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request: Approval = self.object
        reader: Any = self.request.user
        fund_ids = funds_of(request)
        seen = funds_seen_by(reader, request)
        waits = request.state == ApprovalState.WAITING and not request.is_overdue
        is_own = request.requested_by_id == reader.pk
        approvers = approvers_of(request, fund_ids) if waits else []
        return {
            "form": DecisionForm(),
            **super().get_context_data(**kwargs),
            "approval": request,
            "asker": name_of(request.requested_by),
            "decider": name_of(request.decided_by),
            "standing": standing(request),
            "age": age(request),
            "funds": seen,
            "hidden_funds": len(fund_ids) - len(seen),
            "subject_url": _subject_url(request),
            "waits": waits,
            "why_not": authority_of(reader).why_not(request, fund_ids),
            "may_withdraw": is_own and request.state == ApprovalState.WAITING,
            "approvers": [name_of(person) for person in approvers if person.pk != reader.pk],
        }


def _subject_url(approval: Approval) -> str:
    try:
        return kinds.get(approval.kind).url(approval)
    except (LookupError, NoReverseMatch):
        return ""  # Its room is not installed, or keeps no page of it.


class ApprovalViewSet(ScopedModelViewSet):
    """What one person asked for and another has to decide about."""

    model = Approval
    name = "approvals"
    icon = "check"
    menu_order = 45
    views = ("index", "inspect")
    index_view_class = ApprovalIndexView
    inspect_view_class = ApprovalView
    inspect_template_name = ApprovalView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["title"]
    filterset_class = ApprovalFilterSet
    ordering = "-requested_at"
    select_related = ("requested_by",)
    list_display = [
        ReferenceColumn(
            "title",
            label=_("What"),
            get_url=lambda approval: reverse("ims_approvals:inspect", args=[approval.pk]),
        ),
        Column("kind_name", label=_("Kind")),
        MoneyColumn(
            "amount",
            label=_("Amount"),
            sort_key="amount",
            # A rule or a known payer moves no money by itself.
            accessor=lambda approval: approval.amount or None,
        ),
        Column("requested_by", label=_("Asked by"), accessor=lambda row: name_of(row.requested_by)),
        Column("age", label=_("Age"), accessor=age, sort_key="requested_at"),
        Column("reason", label=_("Reason")),
        Column("standing", label=_("State"), accessor=standing),
    ]
