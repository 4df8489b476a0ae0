"""The forms by which money is moved: one pattern, with the balance of both sides always in sight.

Without JavaScript the button "Update" works the balance out and checks what is filled in so far.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import ZERO

from .checking import method_of_arrival
from .enums import CorrectionKind, CorrectionState
from .exceptions import CorrectionRefused
from .forms import Choices, FromRows, LinesForm, ReasonForm, ToRows, choices_for, name_of
from .kinds import permission_to_ask
from .models import Correction
from .movable import OF_LINES, movable, scope_to_move
from .requesting import request_move, request_transfer
from .targets import check_targets
from .wishes import Move, To, Transfer


#: The field a problem of a target stands at, where that isn't the field it names.
_FIELD_OF = {"closed": "fund", "suspense": "fund", "no_vat_rate": "vat_code", "vat": "vat_code"}


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides in pounds, as far as they are filled in well."""

    taken: Decimal
    given: Decimal

    @property
    def rest(self) -> Decimal:
        """What still has to be put somewhere; below nothing when too much is."""
        return self.taken - self.given


class CorrectionFormView(WagtailAdminTemplateMixin, View, ABC):
    """A form of two sides. It is answered with the same form until both are good and equal."""

    template_name = "ims_wagtail/corrections/form.html"
    header_icon = "resubmit"
    intro: Any = ""
    #: The prefixes of what is filled in row by row.
    sides: Sequence[str] = ("from", "to")
    #: The kind by whose rules targets are checked while they are filled in.
    checked_as = CorrectionKind.JOURNAL
    choices: Choices
    form: ReasonForm
    gives: Any
    balance: Balance

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.begin(None)
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = request.POST.copy()
        for side in self.sides:
            if f"more_{side}" in data:
                _add_row(data, side)
        self.begin(data)
        if "ask" not in data:
            self.check_so_far()
            return self.show()
        if not self.is_valid():
            return self.show(status=422)
        try:
            correction = self.ask()
        except CorrectionRefused as refused:
            self.check_so_far()
            self.form.add_error(None, str(refused))
            return self.show(status=422)
        return self.done(correction)

    def done(self, made: Any) -> HttpResponse:
        """Say what came of asking, on the page of what was made."""
        tell(self.request, made)
        return redirect("ims_corrections:inspect", made.pk)

    def begin(self, data: QueryDict | None) -> None:
        """Make the forms and add both sides up, before anything is refused."""
        self.bind(data)
        self.balance = Balance(self.taken(), self.gives.total)

    def bind(self, data: QueryDict | None) -> None:
        """Make the forms, with what was filled in."""
        self.gives = ToRows(data, prefix="to", form_kwargs={"choices": self.choices})

    def is_valid(self) -> bool:
        """Say whether everything that was filled in can be read."""
        return self.form.is_valid() & self.gives.is_valid()

    @abstractmethod
    def ask(self) -> Any:
        """Ask for what was filled in. Raises ``CorrectionRefused``."""

    @abstractmethod
    def taken(self) -> Decimal:
        """Return what is taken, as far as it can be read."""

    def targets(self) -> list[To]:
        """Return the targets that were filled in well."""
        return [form.target() for form in self.gives.filled]

    def check_so_far(self) -> None:
        """Say of each target that was filled in what is wrong with it, or whose account it is."""
        try:
            method = method_of_arrival(self.checked_as)
        except CorrectionRefused as refused:
            self.form.add_error(None, str(refused))
            return
        check_rows(self.gives.filled, method=method, reader=self.request.user)

    def show(self, status: int = 200) -> HttpResponse:
        """Answer with the form."""
        context = self.get_context_data(
            form=self.form,
            gives=self.gives,
            balance=self.balance,
            intro=self.intro,
        )
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_corrections:index"), "label": gettext("Corrections")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class MoveView(CorrectionFormView):
    """Moves lines of one posting, or parts of them: ``?all=1`` begins with all that is left."""

    model = Posting
    page_title = gettext_lazy("Move money")
    intro = gettext_lazy(
        "The money leaves the lines you enter amounts for, and goes where you say."
    )
    form: LinesForm

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not scope_to_move(request.user):
            raise PermissionDenied
        self.posting = get_object_or_404(Posting, pk=pk)
        self.found = movable(posting=self.posting, by=request.user)
        if self.found.is_foreign:
            raise Http404("no line of the posting is in the person's funds")
        self.choices = choices_for(request.user, *map(permission_to_ask, OF_LINES))
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def bind(self, data: QueryDict | None) -> None:
        super().bind(data)
        if data is None:
            self.form = LinesForm(self.found, initial=self._begun())
        else:
            self.form = LinesForm(self.found, data)

    def _begun(self) -> Mapping[str, str]:
        """Return what to begin with: all of the lines that were chosen before, and what for."""
        asked = self.request.GET
        wanted = asked.get("kind", "")
        begun = {"kind": wanted} if wanted in self.found.kinds else {}
        return begun | {
            name_of(item): f"{item.available:.2f}"
            for item in self.found.lines
            if item.available and ("all" in asked or asked.get("line") == str(item.line.pk))
        }

    def taken(self) -> Decimal:
        if self.form.is_bound:
            return sum(self.form.takes().values(), ZERO)
        begun = self._begun()
        return sum((Decimal(begun.get(name_of(item), 0)) for item in self.found.lines), ZERO)

    def ask(self) -> Correction:
        wish = Move(
            takes=self.form.takes(),
            gives=self.targets(),
            reason=self.form.cleaned_data["reason"],
            kind=self.form.wished_kind(),
        )
        return request_move(wish=wish, by=self.request.user)

    def get_page_subtitle(self) -> str:
        return self.posting.lines.order_by("line_number")[0].receipt_number

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            found=self.found,
            posting_url=reverse("ims_postings:inspect", args=[self.posting.pk]),
            **kwargs,
        )


class TransferView(CorrectionFormView):
    """Moves money between accounts, many to many, whichever receipts it came by."""

    model = Correction
    page_title = gettext_lazy("New transfer")
    checked_as = CorrectionKind.TRANSFER
    intro = gettext_lazy(
        "The money is taken from what the book holds on the accounts, the newest first."
    )
    takes: Any

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        permission = permission_to_ask(CorrectionKind.TRANSFER)
        if not scope_of(request.user, permission):
            raise PermissionDenied
        self.choices = choices_for(request.user, permission)
        return super().dispatch(request)  # type: ignore[return-value]

    def bind(self, data: QueryDict | None) -> None:
        super().bind(data)
        self.form = ReasonForm(data)
        self.takes = FromRows(data, prefix="from", form_kwargs={"choices": self.choices})

    def is_valid(self) -> bool:
        return super().is_valid() & self.takes.is_valid()

    def taken(self) -> Decimal:
        return self.takes.total

    def ask(self) -> Correction:
        wish = Transfer(
            takes=[form.source() for form in self.takes.filled],
            gives=self.targets(),
            reason=self.form.cleaned_data["reason"],
        )
        return request_transfer(wish=wish, by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(takes=self.takes, **kwargs)


def check_rows(rows: Sequence[Any], *, method: MethodOfPayment, reader: Any) -> None:
    """Say at each row that was filled in well what is wrong with it, or whose account it is."""
    wanted = [form.target() for form in rows]
    found = check_targets(wanted, method=method)
    sees = scope_of(reader, "ims_accounts.view_accountholder")
    for form, to, target in zip(rows, wanted, found, strict=True):
        if target.checked:
            account = target.checked.account
            form.account = str(account) if account and to.fund.pk in sees else ""
            form.warnings = target.checked.warnings
    for form, target in zip(rows, found, strict=True):
        for problem in target.problems:
            form.add_error(_FIELD_OF.get(problem.code, problem.field), problem.message)


def _add_row(data: QueryDict, side: str) -> None:
    """Ask for one more empty row of a side."""
    rows = data.get(f"{side}-TOTAL_FORMS", "0")
    if rows.isdecimal():
        data[f"{side}-TOTAL_FORMS"] = str(int(rows) + 1)


def tell(request: HttpRequest, correction: Correction) -> None:
    """Say what came of asking."""
    words = {"correction": correction.reference, "kind": correction.get_kind_display()}
    if correction.state == CorrectionState.POSTED:
        messages.success(request, gettext("%(kind)s %(correction)s is posted.") % words)
    else:
        messages.success(
            request,
            gettext("%(kind)s %(correction)s waits for somebody else to approve it.") % words,
        )
