"""What somebody has typed while trying a page out, in their own session and nowhere else."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.selectors import OpenBasket
from ims_wagtail.checkout.services import CONTACT_FIELDS
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.pages.mixins import PayablePageMixin
from ims_wagtail.pages.previews import entry_form


_SESSION = "ims_trial"


@dataclass
class Trial:
    """One page that is tried out, and how far that has come."""

    page: PayablePageMixin
    payment_type: PaymentType
    typed: str = ""
    details: dict[str, str] = field(default_factory=dict)
    outcome: str = ""

    def form(self, data: Any = None) -> EntryForm:
        """Return the page's form, as it was filled in before unless ``data`` is given."""
        if data is None and self.typed:
            data = QueryDict(self.typed)
        # A file would have to be kept somewhere, and nothing is kept of a trial.
        return entry_form(self.page, self.payment_type, data=data, with_files=False)

    def shopping(self) -> OpenBasket | None:
        """Return what would be in the basket; nothing until the form is filled in."""
        form = self.form()
        if not form.is_bound or not form.is_valid() or form.checked is None:
            return None
        line = BasketLine(
            position=1,
            payment_type=form.payment_type,
            account_reference=form.checked.reference,
            amount=form.checked.amount,
            answers=form.answers,
            amount_basis=dict(form.amount_basis),
            page_title=self.page.title,
            confirmation=self.page.facts().confirmation,
        )
        given = {name: self.details.get(name, "") for name in CONTACT_FIELDS}
        basket = Basket(details_given=bool(self.details), **given)
        return OpenBasket(basket=basket, lines=(line,))

    def anew(self, *, typed: str = "") -> "Trial":
        """Return the same page with nothing but this typed."""
        return Trial(self.page, self.payment_type, typed=typed)

    @property
    def told(self) -> Outcome | None:
        """What the test card came to; nothing before one was used."""
        return Outcome(self.outcome) if self.outcome else None


def read_trial(request: HttpRequest, *, page: PayablePageMixin, payment_type: PaymentType) -> Trial:
    """Return how far somebody has come with a page; from the beginning with another one."""
    kept = request.session.get(_SESSION) or {}
    if kept.get("page") != page.pk:
        return Trial(page, payment_type)
    return Trial(page, payment_type, kept["typed"], kept["details"], kept["outcome"])


def keep_trial(request: HttpRequest, trial: Trial) -> None:
    """Remember it until they log out, or try another page."""
    request.session[_SESSION] = {
        "page": trial.page.pk,
        "typed": trial.typed,
        "details": trial.details,
        "outcome": trial.outcome,
    }
