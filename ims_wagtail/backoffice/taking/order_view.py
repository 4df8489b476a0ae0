"""One payment taken by staff: how it stands now, and what can be done about it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.backoffice.counter.panel import received_panel
from ims_wagtail.checkout.recheck import recheck
from ims_wagtail.checkout.selectors import lines_to_recheck
from ims_wagtail.checkout.together import latest_attempt, together_with
from ims_wagtail.payments.enums import UNFINISHED_STATES, Channel, EventSource, OrderState
from ims_wagtail.payments.exceptions import AlreadyPaid, PaymentError, PaymentUnknown
from ims_wagtail.payments.links import link_of
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.selectors import (
    attempt_by_return_token,
    order_by_token,
    unfinished_attempt,
)
from ims_wagtail.payments.services import NoAddress, settle, start_payment
from ims_wagtail.payments.timeline import story_of

from .rights import may_act_on, missing_for_telephone, staff_method
from .screens import TakingScreen
from .services import give_up, record, send_again, take_link_back
from .status import Status, how_taken, message_state_of, status_of


class ReturnedView(TakingScreen):
    """Where the provider's page sends staff back to: the payment is looked at, then shown."""

    def get(self, request: HttpRequest) -> HttpResponse:
        attempt = attempt_by_return_token(request.GET.get("payment", ""))
        if attempt is None or not may_act_on(request.user, attempt.order):
            # Nothing to tell, as for anybody who opens the address by itself.
            return redirect("ims_taking:take")
        settle(attempt_id=attempt.pk, source=EventSource.RETURN)
        return redirect("ims_staff_payments:inspect", attempt.order_id)


class StaffPaymentView(ScopedInspectView):
    """A payment taken by staff. A GET looks at the provider while the payment is unfinished."""

    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/backoffice/taking/order.html"
    page_title = gettext_lazy("Payment taken by staff")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(taken_by__isnull=False)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_act_on(request.user, self.order):
            raise PermissionDenied
        match request.POST.get("action"):
            case "continue" if self.order.channel == Channel.TELEPHONE:
                return self._continue()
            case "give_up" if self.order.channel == Channel.TELEPHONE:
                give_up(user=request.user, order=self.order)
            case "send_again" if self.link:
                self._send_again()
            case "cancel_link" if self.link:
                self._cancel_link()
            case _:
                return HttpResponseNotAllowed(["GET"])
        return self._here()

    @cached_property
    def order(self) -> Order:
        """The order with its lines, link and attempts; its newest attempt looked at."""
        found = order_by_token(self.object.token)
        if found is None:
            raise Http404
        return found

    @property
    def link(self) -> Any:
        return link_of(self.order)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        attempt = latest_attempt(self.order)
        if attempt is not None and attempt.state in UNFINISHED_STATES:
            settle(attempt_id=attempt.pk, source=EventSource.OFFICER)
            del self.order
        order, user = self.order, self.request.user
        together = together_with(order)
        return super().get_context_data(
            order=order,
            story=story_of(order=order, reader=user),
            status=self._status(),
            link=self.link,
            by_telephone=order.channel == Channel.TELEPHONE,
            how=how_taken(order),
            received=received_panel(order, user),
            may_act=may_act_on(user, order),
            is_begun=unfinished_attempt(order) is not None,
            others=together.others(order) if together else [],
            receipt_url=(
                reverse("ims_checkout:order_receipt", kwargs={"token": order.token})
                if order.state != OrderState.UNPAID
                else ""
            ),
            **kwargs,
        )

    def _status(self) -> Status:
        attempt = latest_attempt(self.order)
        return status_of(
            order=self.order,
            attempt_state=attempt.state if attempt else None,
            message_state=message_state_of(self.link) if self.link else "",
        )

    def _continue(self) -> HttpResponse:
        """Go back to the payment begun, or begin another, checked by today's rules."""
        if self.order.state != OrderState.UNPAID:
            return self._here()
        if unfinished_attempt(self.order) is None and (why := self._why_not()):
            messages.error(self.request, why)
            return self._here()
        try:
            payment = start_payment(order=self.order)
        except (AlreadyPaid, PaymentUnknown):
            return self._here()
        except PaymentError:
            messages.error(
                self.request,
                _("The payment provider can’t be used now. No money has been taken."),
            )
            return self._here()
        record(user=self.request.user, action="take payment", order=self.order)
        return HttpResponse(status=303, headers={"Location": payment.next_url})

    def _why_not(self) -> str:
        missing = missing_for_telephone(self.request.user)
        if missing:
            return " ".join(map(str, missing))
        lines = lines_to_recheck(self.order)
        refused = recheck(lines, audience=Audience.STAFF, method=staff_method()).refused
        return " ".join(reason for reasons in refused.values() for reason in reasons)

    def _send_again(self) -> None:
        try:
            send_again(user=self.request.user, order=self.order)
        except PaymentError:
            messages.error(self.request, _("It is paid or its link cancelled: nothing was sent."))
        except NoAddress:
            messages.error(self.request, _("There is no e-mail address to send a link to."))
        else:
            messages.success(self.request, _("The link is on its way."))

    def _cancel_link(self) -> None:
        try:
            after = take_link_back(user=self.request.user, order=self.order)
        except AlreadyPaid:
            messages.error(self.request, _("It has been paid already."))
            return
        if after.state != OrderState.UNPAID:
            messages.error(self.request, _("It was paid at the same moment."))
        elif unfinished_attempt(after) is not None:
            messages.warning(
                self.request,
                _(
                    "The link can’t be used any more, but the provider has not confirmed that the "
                    "payment begun by it is cancelled. It may still be paid: look again later."
                ),
            )
        else:
            messages.success(self.request, _("The link can’t be used any more."))

    def _here(self) -> HttpResponse:
        return redirect("ims_staff_payments:inspect", self.order.pk)
