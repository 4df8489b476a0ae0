"""One request to pay: its link, how it stands, and what can be done with it."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.generic import View
from wagtail.admin import messages
from wagtail.permissions import policy_registry

from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import user_may
from ims_wagtail.access.reading import note_read
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.checkout.requests.deciding import NotDecidable, approve, withdraw
from ims_wagtail.checkout.requests.emails import last_day, link_to
from ims_wagtail.checkout.requests.enums import RequestState
from ims_wagtail.checkout.requests.models import Application, RequestToPay
from ims_wagtail.checkout.requests.selectors import orders_by, state_of, with_payments
from ims_wagtail.checkout.requests.sending import NotSendable, send
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.funds.wording import service_name
from ims_wagtail.notifications.selectors import messages_about

from .codes import qr_png, qr_svg
from .rights import VIEW_APPLICATION, may_approve, may_change


_ORDERS = "ims_payments.view_order"


class RequestView(ScopedInspectView):
    """Everything about one request; a POST sends, approves or withdraws it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/backoffice/requests/request.html"
    page_title = gettext_lazy("Request to pay")
    shows_person = True

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_payments(rows).select_related(
            "payment_type__fund",
            "recipient",
            "made_by",
            "approved_by",
            "withdrawn_by",
            "file",
            "site",
            "application",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found, user = self.object, request.user
        try:
            match request.POST.get("action"):
                case "send" if may_change(user, found):
                    send(request=found, by=user)
                    messages.success(request, _("The link is on its way."))
                case "withdraw" if may_change(user, found):
                    withdraw(request=found, by=user)
                    messages.success(request, _("The link can’t be used any more."))
                case "approve" if may_approve(user, found):
                    approve(request=found, by=user)
                    messages.success(request, _("It is approved."))
                case "send" | "withdraw" | "approve":
                    raise PermissionDenied
                case _:
                    return HttpResponseNotAllowed(["GET"])
        except NotSendable:
            messages.error(request, _("It is paid, over, withdrawn or without an address."))
        except NotDecidable:
            messages.error(request, _("It has been decided already."))
        return redirect("ims_requests_to_pay:inspect", found.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, user = self.object, self.request.user
        state = state_of(found)
        sent = [f"request-to-pay:{found.pk}:{number + 1}" for number in range(found.sendings)]
        return super().get_context_data(
            asked=found,
            state=state,
            label=reference_label(found.payment_type),
            recipient=getattr(found, "recipient", None),
            url="" if state == RequestState.WAITING else link_to(found),
            is_open=state in (RequestState.UNOPENED, RequestState.OPENED),
            is_paid_twice=found.single_use and found.payments > 1,
            orders=_orders(found, user),
            emails=messages_about([*sent, f"request-to-pay:{found.pk}:reminder"]),
            application=_application(found, user),
            may_change=may_change(user, found),
            may_approve=state == RequestState.WAITING and may_approve(user, found),
            may_withdraw=found.withdrawn_at is None and state != RequestState.PAID,
            **kwargs,
        )


class LinkView(ABC, View):
    """Something made of the link of a request that the reader may see and that can be used."""

    model = RequestToPay
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = policy_registry.get_by_type(RequestToPay)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        usable = seen.exclude(needs_approval=True, approved_at=None)
        found = get_object_or_404(usable.select_related("payment_type", "recipient", "site"), pk=pk)
        return self.answer(found)

    @abstractmethod
    def answer(self, found: RequestToPay) -> HttpResponse:
        """Return it."""


class SvgView(LinkView):
    """The QR code as SVG."""

    def answer(self, found: RequestToPay) -> HttpResponse:
        return _file(qr_svg(link_to(found)), kind="image/svg+xml", name=f"{found}.svg")


class PngView(LinkView):
    """The QR code as PNG."""

    def answer(self, found: RequestToPay) -> HttpResponse:
        return _file(qr_png(link_to(found)), kind="image/png", name=f"{found}.png")


class LetterView(LinkView):
    """A part of a letter, to print or to copy, in the language of its payer."""

    def answer(self, found: RequestToPay) -> HttpResponse:
        note_read(user=self.request.user, what=ReadWhat.PAGE, obj=found, fund=found.fund_id)
        with override(found.language):
            self.request.LANGUAGE_CODE = found.language
            context = {
                "asked": found,
                "service": service_name(found.payment_type),
                "label": reference_label(found.payment_type),
                "recipient": getattr(found, "recipient", None),
                "url": link_to(found),
                "until": last_day(found),
                "back_url": reverse("ims_requests_to_pay:inspect", args=[found.pk]),
                "qr_url": reverse("ims_requests_to_pay:svg", args=[found.pk]),
            }
            response = render(self.request, "ims_wagtail/backoffice/requests/letter.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


def _application(found: RequestToPay, user: Any) -> Application | None:
    """Return what was applied for, if anything, to who may see applications."""
    application: Application | None = getattr(found, "application", None)
    return application if user_may(user, VIEW_APPLICATION, found.fund_id) else None


def _orders(found: RequestToPay, user: Any) -> list[Any]:
    """Return the payments made by a request, as far as the reader may see payments."""
    orders = orders_by(found)
    policy = policy_registry.get_by_type(orders.model)
    seen = policy.instances_user_has_any_permission_for(user, ["view"])
    return list(orders.filter(pk__in=seen.values("pk"))[:50])


def _file(content: bytes, *, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
