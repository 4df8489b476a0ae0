"""The form by which suspense is allocated: items, where their money goes, and credit notes."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.forms import MOST_ROWS, ToRows, choices_for
from ims_wagtail.corrections.screens import Balance, CorrectionFormView, check_rows
from ims_wagtail.money import ZERO

from .allocating import request_allocation
from .checking import method_of_arrival, minus
from .exceptions import SuspenseRefused
from .forms import CreditRows, ItemsForm
from .kinds import ALLOCATE
from .models import Allocation, SuspenseItem
from .remaining import with_remaining
from .wishes import Wish


class AllocateView(CorrectionFormView):
    """Allocates the items named in the address: ``?item=3&item=5``, to accounts named there too."""

    model = None
    template_name = "ims_wagtail/suspense/allocate.html"
    page_title = gettext_lazy("Allocate suspense")
    header_icon = "resubmit"
    sides = ("to", "credit")
    form: ItemsForm
    credits: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = scope_of(request.user, ALLOCATE)
        if not mine:
            raise PermissionDenied
        if any(item.fund_id not in mine for item in self.items):
            raise Http404("an item is in a fund in which the person may not allocate")
        self.choices = choices_for(request.user, ALLOCATE)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    @cached_property
    def items(self) -> list[Any]:
        """The items that were chosen, as many as there are."""
        ids = [int(pk) for pk in self.request.GET.getlist("item") if pk.isdecimal()]
        items = with_remaining(SuspenseItem.objects.filter(pk__in=ids[:MOST_ROWS]))
        return list(items.select_related("transaction", "fund", "owner").order_by("pk"))

    def bind(self, data: QueryDict | None) -> None:
        kwargs = {"choices": self.choices}
        begun = self._begun() if data is None else None
        self.form = ItemsForm(self.items, data, initial=self._amounts() if data is None else None)
        self.gives = ToRows(data, prefix="to", initial=begun, form_kwargs=kwargs)
        self.credits = CreditRows(data, prefix="credit", form_kwargs=kwargs)

    def _amounts(self) -> dict[str, str]:
        amounts = {f"item_{item.pk}": f"{abs(item.remaining):.2f}" for item in self.items}
        return {**amounts, "reason": self.request.GET.get("reason", "")}

    def _begun(self) -> list[dict[str, str]]:
        """Return the account to begin with, when a suggestion named one."""
        asked = self.request.GET
        if "reference" not in asked:
            return []
        total = sum((item.remaining for item in self.items), ZERO)
        account = {name: asked.get(name, "") for name in ("fund", "reference")}
        return [{**account, "amount": f"{total:.2f}" if total > 0 else ""}]

    def begin(self, data: QueryDict | None) -> None:
        self.bind(data)
        takes = self.form.takes().values()
        owed = -sum((amount for amount in takes if amount < 0), ZERO)
        given = self.gives.total
        if data is None:
            given = sum((Decimal(row["amount"] or 0) for row in self._begun()), ZERO)
        self.balance = Balance(self.taken(), given + owed)

    def taken(self) -> Decimal:
        plus = sum((amount for amount in self.form.takes().values() if amount > 0), ZERO)
        return plus + self.credits.total

    def is_valid(self) -> bool:
        return super().is_valid() & self.credits.is_valid()

    def ask(self) -> Allocation:
        wish = Wish(
            takes=self.form.takes(),
            gives=self.targets(),
            credit_notes=[minus(row.target()) for row in self.credits.filled],
            reason=self.form.cleaned_data["reason"],
            form_key=self.form.cleaned_data["form_key"],
        )
        return request_allocation(wish=wish, by=self.request.user)

    def done(self, made: Allocation) -> HttpResponse:
        tell(self.request, made)
        return redirect("ims_suspense_allocations:inspect", made.pk)

    def check_so_far(self) -> None:
        try:
            method = method_of_arrival()
        except SuspenseRefused as refused:
            self.form.add_error(None, str(refused))
            return
        rows = [*self.gives.filled, *self.credits.filled]
        check_rows(rows, method=method, reader=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = [item for item in self.items if item.owner_id not in (None, self.request.user.pk)]
        return super().get_context_data(
            items=self.items,
            credits=self.credits,
            may_credit=any(fund.credit_notes_enabled for fund in self.choices.funds.values()),
            others=others,
            **kwargs,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_suspense:index"), "label": gettext("Suspense")},
            {"url": "", "label": self.get_page_title()},
        ]


def tell(request: HttpRequest, made: Allocation) -> None:
    """Say what came of asking."""
    words = {"number": made.reference}
    if made.state == CorrectionState.POSTED:
        messages.success(request, gettext("Allocation %(number)s is posted.") % words)
    else:
        messages.success(
            request,
            gettext("Allocation %(number)s waits for somebody else to approve it.") % words,
        )
