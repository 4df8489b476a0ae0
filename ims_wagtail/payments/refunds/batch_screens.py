"""Refunding many payments at once: choosing, the preview, and how far a batch has come."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from ims_wagtail.access.columns import ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import RefundState
from ims_wagtail.payments.models import OrderLine, RefundBatch

from .batch_starting import start_batch
from .batches import BatchWish, preview
from .exceptions import RefundRefused
from .requesting import REASON_LENGTH
from .screens import ASK


class BatchForm(forms.Form):
    """What was paid for, on which days, and why it goes back."""

    what = forms.ChoiceField(label=gettext_lazy("What was paid for"))
    since = forms.DateField(label=gettext_lazy("Paid from"), widget=NativeDateInput)
    until = forms.DateField(label=gettext_lazy("Paid to"), widget=NativeDateInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("It stands on every account and in the request to approve"),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = _choices(user)
        named = [(key, wish.what) for key, wish in self.choices.items()]
        self.fields["what"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The last day is before the first"))
        return cleaned

    def wish(self) -> BatchWish:
        """Return what was chosen, once the form is valid."""
        chosen, cleaned = self.choices[self.cleaned_data["what"]], self.cleaned_data
        return BatchWish(
            fund=chosen.fund,
            what=chosen.what,
            since=cleaned["since"],
            until=cleaned["until"],
            payment_type_id=chosen.payment_type_id,
            page_id=chosen.page_id,
        )


class _Choice:
    """One thing that was paid for, in one fund."""

    def __init__(
        self, fund: Fund, what: str, payment_type_id: int | None = None, page_id: int | None = None
    ) -> None:
        self.fund, self.what = fund, what
        self.payment_type_id, self.page_id = payment_type_id, page_id


def _choices(user: Any) -> dict[str, _Choice]:
    """Return the payment types and the pages of the person's funds, by key; three queries."""
    funds = {fund.pk: fund for fund in funds_for(user, ASK)}
    found = {}
    for payment_type in PaymentType.objects.filter(fund__in=funds).order_by("name"):
        words = gettext("Payment type “%(name)s”") % {"name": payment_type.name}
        fund = funds[payment_type.fund_id]
        found[f"type:{payment_type.pk}"] = _Choice(fund, words, payment_type_id=payment_type.pk)
    pages = OrderLine.objects.filter(fund__in=funds, page_id__isnull=False).order_by("page_title")
    for page_id, title, fund_id in pages.values_list("page_id", "page_title", "fund_id").distinct():
        fund = funds[fund_id]
        words = gettext("Page “%(title)s”, %(fund)s") % {"title": title, "fund": fund}
        found[f"page:{page_id}:{fund_id}"] = _Choice(fund, words, page_id=page_id)
    return found


class StartBatchView(WagtailAdminTemplateMixin, View):
    """The form, then the preview with count, total and what is left out, then the button."""

    model = RefundBatch
    template_name = "ims_wagtail/payments/refunds/start_batch.html"
    page_title = gettext_lazy("Refund many payments")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not scope_of(request.user, ASK):
            raise PermissionDenied
        return super().dispatch(request)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(BatchForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BatchForm(request.user, request.POST)
        if not form.is_valid():
            return self._show(form)
        if "confirm" not in request.POST:
            return self._show(form, found=preview(form.wish()))
        try:
            batch = start_batch(
                wish=form.wish(), reason=form.cleaned_data["reason"], by=request.user
            )
        except RefundRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form)
        messages.success(request, gettext("The refunds are being prepared."))
        return redirect("ims_refund_batches:inspect", batch.pk)

    def _show(self, form: BatchForm, **more: Any) -> HttpResponse:
        context = self.get_context_data(form=form, **more)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        batches = reverse("ims_refund_batches:index")
        return [
            *self.breadcrumbs_items,
            {"url": batches, "label": gettext("Refunds of many payments")},
            {"url": "", "label": self.get_page_title()},
        ]


class BatchIndexView(ScopedIndexView):
    any_permission_required = ["view"]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if scope_of(self.request.user, ASK):
            url = reverse("ims_refund_batches:start")
            words = gettext("Refund many payments")
            buttons = [*buttons, Button(words, url=url, icon_name="plus", priority=10)]
        return buttons


class BatchView(ScopedInspectView):
    """How far a batch has come, and which payments it left out."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/payments/refunds/batch.html"
    page_title = gettext_lazy("Refund of many payments")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund", "requested_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.object.refunds.order_by().values("state")
        states = [
            (RefundState(row["state"]).label, row["count"], row["sum"])
            for row in rows.annotate(count=Count("pk"), sum=Sum("amount")).order_by("state")
        ]
        return super().get_context_data(
            batch=self.object,
            wanted=len(self.object.wanted),
            states=states,
            total=sum((amount for _state, _count, amount in states), ZERO),
            **kwargs,
        )


class RefundBatchViewSet(ScopedModelViewSet):
    """Refunds of all payments of a payment type or a page."""

    model = RefundBatch
    name = "refund-batches"
    icon = "rotate"
    menu_label = gettext_lazy("Refunds of many payments")
    menu_order = 37
    views = ("index", "inspect")
    index_view_class = BatchIndexView
    inspect_view_class = BatchView
    inspect_template_name = BatchView.template_name
    inspect_view_fields = ["what"]
    select_related = ("fund", "requested_by")
    ordering = "-requested_at"
    list_display = [
        TimeColumn("requested_at", label=gettext_lazy("Asked for"), sort_key="requested_at"),
        ReferenceColumn(
            "what",
            label=gettext_lazy("What was paid for"),
            get_url=lambda batch: reverse("ims_refund_batches:inspect", args=[batch.pk]),
        ),
        Column("get_state_display", label=gettext_lazy("State")),
        Column("requested_by", label=gettext_lazy("Asked for by")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        start = path("start/", StartBatchView.as_view(), name="start")
        return [*super().get_urlpatterns(), start]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        """Offer seeing batches; asking for one goes by the permission to ask for refunds."""
        batches = ContentType.objects.get_for_model(RefundBatch)
        return Permission.objects.filter(content_type=batches)
