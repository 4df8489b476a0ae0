"""The pages on which what was gathered is paid in cash, by cheque or by postal order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.backoffice.taking.drafts import Draft, open_draft
from ims_wagtail.backoffice.taking.gathering import Judged, judge, looks
from ims_wagtail.backoffice.taking.screens import TakingScreen
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.recheck import paid_before
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.exceptions import AlreadyPaid, PaymentUnknown
from ims_wagtail.payments.models import Order

from .forms import HandedOverForm, PieceRows
from .models import CashierSession
from .receiving import take
from .rights import cash_method, counter_scope, open_session, piece_methods
from .tendering import TenderRefused, settle_up


class HandOverView(TakingScreen):
    """What is handed over for the basket. Asked twice, it shows what was taken the first time."""

    template_name = "ims_wagtail/backoffice/counter/hand_over.html"
    page_title = gettext_lazy("Cash, cheques and postal orders")
    channel = Channel.COUNTER

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.counter = counter_scope(request.user)
        if not self.counter:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._leave() or self._show(self._form(), self._rows())

    def post(self, request: HttpRequest) -> HttpResponse:
        if (refusal := self._leave()) is not None:
            return refusal
        form, rows = self._form(request.POST), self._rows(request.POST)
        if "more" in request.POST:
            return self._show(self._form(request.POST), self._one_more(), status=200)
        judged = self.judged
        good = form.is_valid()
        good = rows.is_valid() and good
        if self.draft.basket and form.cleaned_data.get("version") != self.draft.basket.version:
            form.add_error(
                None, _("It was changed in another window. Look at it again. Nothing was taken.")
            )
        if judged.refused:
            form.add_error(None, _("Something can’t be paid as it stands; see beside it why."))
        if not good or form.errors:
            return self._show(form, rows)
        return self._take(form, rows)

    def _take(self, form: HandedOverForm, rows: Any) -> HttpResponse:
        user = self.request.user
        try:
            paid = settle_up(
                total=self.draft.shopping.total,
                cash_given=form.cash_given,
                cash_method=cash_method(user),
                pieces=[row.piece() for row in rows.filled],
            )
            order = take(
                user=user,
                draft=self.draft,
                judged=self.judged,
                paid=paid,
                channel=self.channel,
                session=self.session,
                received_on=form.cleaned_data.get("received_on"),
            )
        except TenderRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form, rows)
        except AlreadyPaid:
            return self._taken() or redirect("ims_taking:take")
        except PaymentUnknown:
            form.add_error(
                None,
                _(
                    "A card payment was begun for this, and the provider can’t say whether it was "
                    "made. Nothing was taken now. Wait and look again."
                ),
            )
            return self._show(form, rows)
        if paid.change:
            messages.success(
                self.request,
                _("Give %(change)s change.") % {"change": format_pounds(paid.change)},
            )
        return redirect("ims_staff_payments:inspect", order.pk)

    def _leave(self) -> HttpResponse | None:
        """Return where somebody is sent who has nothing to hand over for."""
        if not self.lines:
            return self._taken() or redirect("ims_taking:take")
        if self.draft.lacks_details:
            messages.warning(self.request, _("Say who pays first."))
            return redirect("ims_taking:payer")
        return None

    def _taken(self) -> HttpResponse | None:
        """Show what was taken by the first of two clicks, or before the back button was used."""
        token = self.request.POST.get("basket", "")
        found = (
            Order.objects.filter(
                basket_token__in=_uuids(token),
                taken_by=self.request.user.pk,
                account__isnull=True,
                state=OrderState.PAID,
            )
            .order_by("-pk")
            .first()
        )
        return redirect("ims_staff_payments:inspect", found.pk) if found else None

    @cached_property
    def draft(self) -> Draft:
        return open_draft(self.request.user, with_rules=True)

    @property
    def lines(self) -> Sequence[BasketLine]:
        return self.draft.shopping.lines

    @cached_property
    def judged(self) -> Judged:
        found = judge(self.lines, user=self.request.user)
        refused = dict(found.refused)
        for line in self.lines:
            if line.payment_type.fund_id not in self.counter:
                refused[line.pk] = (_("You don’t take cash or cheques for this fund"),)
        return Judged(good=found.good, refused=refused)

    @cached_property
    def session(self) -> CashierSession | None:
        return open_session(self.request.user, self.draft.office)

    @cached_property
    def again(self) -> tuple[BasketLine, ...]:
        return paid_before(self.lines)

    def _form(self, data: Any = None) -> HandedOverForm:
        basket = self.draft.basket
        return HandedOverForm(
            version=basket.version if basket else 0,
            basket=basket.token if basket else None,
            paid_before=bool(self.again),
            channel=self.channel,
            takes_cash=self.session is not None and cash_method(self.request.user) is not None,
            data=data,
        )

    def _rows(self, data: Any = None) -> Any:
        methods = piece_methods(self.request.user, self.channel)
        return PieceRows(data, prefix="piece", form_kwargs={"methods": methods})

    def _one_more(self) -> Any:
        data = self.request.POST.copy()
        rows = str(data.get("piece-TOTAL_FORMS", ""))
        if rows.isdecimal():
            data["piece-TOTAL_FORMS"] = str(min(int(rows) + 1, PieceRows.max_num))
        return self._rows(data)

    def _show(self, form: HandedOverForm, rows: Any, *, status: int | None = None) -> HttpResponse:
        user = self.request.user
        bad = bool(form.errors) or (rows.is_bound and not rows.is_valid())
        methods = piece_methods(user, self.channel)
        return self.show(
            status=status or (422 if form.is_bound and bad else 200),
            form=form,
            rows=rows,
            draft=self.draft,
            looks=looks(self.lines, judged=self.judged, user=user),
            again=self.again,
            total=self.draft.shopping.total,
            session=self.session,
            by_post=self.channel == Channel.POST,
            takes_pieces=methods.exists(),
            open_url=reverse("ims_counter:sessions"),
        )


class PostView(HandOverView):
    """What came by post for the basket, and on which day."""

    page_title = gettext_lazy("Payment by post")
    channel = Channel.POST


def _uuids(text: str) -> list[Any]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
