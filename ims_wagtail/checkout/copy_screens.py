"""Staff screens of copies of receipts: asking for one, and the copy to print."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.payments.models import Order
from ims_wagtail.ui.council import council_for

from .copies import ADD, VIEW, CopyRefused, make_copy, why_no_copy
from .enums import CopyRoute
from .models import ReceiptCopy
from .receipts import NoReceipt, build_receipt


class CopyForm(forms.Form):
    """How the copy leaves us."""

    route = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            (CopyRoute.PRINT, gettext_lazy("Print it")),
            (CopyRoute.PAYER, gettext_lazy("Send it to the e-mail address the payer gave")),
            (CopyRoute.OTHER, gettext_lazy("Send it to another e-mail address")),
        ],
        widget=forms.RadioSelect,
    )
    address = forms.EmailField(
        label=gettext_lazy("Another e-mail address"),
        required=False,
        help_text=gettext_lazy(
            "The receipt holds what was paid and for which account: make sure whose address it is"
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class MakeCopyView(WagtailAdminTemplateMixin, View):
    """Asks how, and makes the copy; or says why it can't be made."""

    model = Order
    template_name = "ims_wagtail/checkout/staff/make_copy.html"
    page_title = gettext_lazy("Copy of the receipt")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = policy_registry.get_by_type(Order)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        mine = scope_of(request.user, ADD)
        if not mine.every:
            seen = seen.filter(lines__fund__in=mine.fund_ids).distinct()
        self.order = get_object_or_404(seen, pk=pk)
        fund_ids = set(self.order.lines.values_list("fund_id", flat=True))
        self.why_not = why_no_copy(order=self.order, fund_ids=fund_ids, by=request.user)
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        route = request.GET.get("route", CopyRoute.PRINT)
        return self._show(CopyForm(initial={"route": route, "key": uuid4()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = CopyForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        route = CopyRoute(form.cleaned_data["route"])
        try:
            copy = make_copy(
                order=self.order,
                key=form.cleaned_data["key"],
                route=route,
                address=form.cleaned_data["address"],
                by=request.user,
            )
        except CopyRefused as refused:
            form.add_error("address" if route == CopyRoute.OTHER else "route", str(refused))
            return self._show(form)
        if copy.route == CopyRoute.PRINT:
            return redirect("ims_receipt_copies:inspect", copy.pk)
        messages.success(request, gettext("A copy of the receipt is on its way."))
        return redirect("ims_orders:inspect", self.order.pk)

    def _show(self, form: CopyForm) -> HttpResponse:
        context = self.get_context_data(form=form, order=self.order, why_not=self.why_not)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_page_subtitle(self) -> str:
        return self.order.reference

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        order = reverse("ims_orders:inspect", args=[self.order.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_orders:index"), "label": gettext("Orders")},
            {"url": order, "label": self.order.reference},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class CopyView(PermissionCheckedMixin, View):
    """The copy as it is printed: in the payer's language, with the council's name, and no menu."""

    model = ReceiptCopy
    permission_required = "view"
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        copies: QuerySet[Any] = self.permission_policy.instances_user_has_permission_for(
            request.user, "view"
        )
        copy = get_object_or_404(copies.select_related("order", "made_by"), pk=pk)
        scope = scope_of(request.user, VIEW)
        if not all(line.fund_id in scope for line in copy.order.lines.all()):
            raise Http404("some of it was paid into funds the person doesn't work in")
        with translation.override(copy.order.language):
            try:
                receipt = build_receipt(copy.order, council=council_for(request), copy=copy)
            except NoReceipt:
                return redirect("ims_receipt_copies:make", copy.order_id)  # which says why
            context = {
                "receipt": receipt,
                "back_url": reverse("ims_orders:inspect", args=[copy.order_id]),
                "shows_answers": False,
            }
            return render(request, "ims_wagtail/checkout/receipt.html", context)


class ReceiptCopyViewSet(ScopedModelViewSet):
    """Copies of receipts. They have no list: each stands in the story of its payment."""

    model = ReceiptCopy
    name = "receipt-copies"
    icon = "doc-full"
    menu_hook = None
    views = ("inspect", "add")

    def get_urlpatterns(self) -> list[URLPattern]:
        copy = self.construct_view(CopyView)
        return [
            path("inspect/<int:pk>/", copy, name="inspect"),
            path("make/<int:pk>/", MakeCopyView.as_view(), name="make"),
        ]
