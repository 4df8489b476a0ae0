"""The page on which everything stands together, and from which the payment is taken."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from ims_wagtail.backoffice.counter.rights import counter_scope
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.recheck import paid_before
from ims_wagtail.checkout.services import LineGone, remove_line
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.exceptions import (
    AlreadyPaid,
    AmountNotAccepted,
    PaymentError,
    PaymentUnknown,
)
from ims_wagtail.payments.models import Order

from .drafts import Draft, discard, open_draft
from .forms import ChooseForm, TakeForm
from .gathering import Judged, judge, judge_for_link, looks, without_account
from .rights import missing_for_telephone, staff_method
from .screens import TakingScreen
from .services import send_links, take_by_telephone


class TakeView(TakingScreen):
    """What was gathered, who pays, what to mind, and the two ways to have it paid."""

    template_name = "ims_wagtail/backoffice/taking/take.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("action"):
            case "remove":
                return self._remove(request.POST.get("line", ""))
            case "discard":
                discard(request.user)
                messages.success(request, _("Nothing of it has been kept."))
                return redirect("ims_taking:take")
            case "telephone":
                return self._telephone()
            case "link":
                return self._link()
        return HttpResponseNotAllowed(["GET"])

    @cached_property
    def draft(self) -> Draft:
        return open_draft(self.request.user, with_rules=True)

    @property
    def lines(self) -> Sequence[BasketLine]:
        return self.draft.shopping.lines

    def _remove(self, line: str) -> HttpResponse:
        try:
            if self.draft.basket is not None:
                remove_line(basket=self.draft.basket, line_id=uuid.UUID(line))
        except (LineGone, ValueError):
            messages.warning(self.request, _("That payment is no longer there."))
        return redirect("ims_taking:take")

    def _telephone(self) -> HttpResponse:
        user = self.request.user
        judged = judge(self.lines, user=user, method=staff_method())
        stops = [str(words) for words in missing_for_telephone(user)]
        if self.draft.office is None and not stops:
            stops.append(_("Say for which office it is taken."))
        if closed := without_account(self.draft, channel=Channel.TELEPHONE):
            words = _("This can’t be taken by telephone: %(names)s. Remove it, or send a link.")
            stops.append(words % {"names": _names(closed)})
        form, refusal = self._agreed(judged, stops)
        if refusal is not None:
            return refusal
        try:
            payment = take_by_telephone(user=user, draft=self.draft, judged=judged)
        except PaymentError as error:
            return self._failed(error, form)
        return HttpResponse(status=303, headers={"Location": payment.next_url})

    def _link(self) -> HttpResponse:
        user = self.request.user
        judged = judge_for_link(self.lines, user=user)
        stops = []
        if self.draft.basket is None or not self.draft.basket.email:
            stops.append(_("There is no e-mail address to send a link to."))
        if closed := without_account(self.draft, channel=Channel.ONLINE):
            words = _("This can’t be paid online at the moment: %(names)s. Remove it.")
            stops.append(words % {"names": _names(closed)})
        form, refusal = self._agreed(judged, stops)
        if refusal is not None:
            return refusal
        try:
            orders = send_links(user=user, draft=self.draft, judged=judged)
        except PaymentError as error:
            return self._failed(error, form)
        messages.success(self.request, _sent(orders))
        return redirect("ims_staff_payments:inspect", orders[0].pk)

    def _agreed(self, judged: Judged, stops: Sequence[str]) -> tuple[TakeForm, HttpResponse | None]:
        """Return the form, and the page again when something stands in the way."""
        form = self._form(self.request.POST)
        if self.draft.basket is None or not self.lines:
            return form, redirect("ims_taking:take")
        if self.draft.lacks_details:
            messages.warning(self.request, _("Say who pays first."))
            return form, redirect("ims_taking:payer")
        valid = form.is_valid()
        for words in stops:
            form.add_error(None, words)
        if form.cleaned_data.get("version") != self.draft.basket.version:
            form.add_error(
                None, _("It was changed in another window. Look at it again. Nothing was taken.")
            )
        if judged.refused:
            form.add_error(None, _("Something can’t be paid as it stands; see beside it why."))
        if not valid or form.errors:
            return form, self._show(form, judged)
        return form, None

    def _failed(self, error: PaymentError, form: TakeForm) -> HttpResponse:
        """Say what came in between, with certainty about whether money was taken."""
        if isinstance(error, (AlreadyPaid, PaymentUnknown)) and self.draft.basket:
            order = Order.objects.filter(basket_token=self.draft.basket.token).latest("pk")
            return redirect("ims_staff_payments:inspect", order.pk)
        if isinstance(error, AmountNotAccepted):
            words = _(
                "The provider takes from %(minimum)s to %(maximum)s at once, not %(total)s."
            ) % {
                "minimum": format_pounds(error.minimum),
                "maximum": format_pounds(error.maximum),
                "total": format_pounds(error.total),
            }
        else:
            words = _("The payment provider can’t be used now. No money has been taken.")
        form.add_error(None, words)
        return self._show(form)

    def _form(self, data: Any = None) -> TakeForm:
        basket = self.draft.basket
        return TakeForm(
            version=basket.version if basket else 0, paid_before=bool(self.again), data=data
        )

    @cached_property
    def again(self) -> tuple[BasketLine, ...]:
        return paid_before(self.lines)

    def _show(self, form: TakeForm | None = None, judged: Judged | None = None) -> HttpResponse:
        user = self.request.user
        judged = judged or judge(self.lines, user=user)
        return self.show(
            status=422 if form and form.errors else 200,
            form=form or self._form(),
            choose=ChooseForm(self.types.prefetch_related(None)),
            draft=self.draft,
            looks=looks(self.lines, judged=judged, user=user),
            total=self.draft.shopping.total,
            again=self.again,
            missing=missing_for_telephone(user),
            at_counter=bool(counter_scope(user)),
        )


def _names(lines: Sequence[BasketLine]) -> str:
    """Name what is paid for by these lines, each thing once."""
    return ", ".join(dict.fromkeys(line.payment_type.name for line in lines))


def _sent(orders: Sequence[Order]) -> str:
    if len(orders) == 1:
        return _("The link is on its way.")
    return _("%(number)d links are on their way: it comes to as many payments.") % {
        "number": len(orders)
    }
