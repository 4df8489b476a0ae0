"""The payable page that a block of another page leads to, and whether it can be paid on now."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import AbstractPage

from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.parts import is_payable_now
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types

from .mixins import PayablePageMixin
from .opening import NOT_NOW, why_closed
from .sites import site_id_of


@dataclass(frozen=True, slots=True)
class Target:
    """Where a block leads; ``closed`` says in words why nobody can pay there, if so."""

    page: Any
    url: str
    payment_type: PaymentType | None
    closed: str

    @property
    def is_simple(self) -> bool:
        """Whether reference and amount are all that it asks, so that a small form does."""
        return not self.closed and not self.page.questions and not self.page.amount


def target_of(chosen: AbstractPage | None, *, request: HttpRequest | None) -> Target:
    """Return the target of the page that an editor chose: it may be gone or closed since."""
    page = chosen.specific if chosen is not None else None
    url = page.get_url(request) if page is not None and page.live else ""
    if not isinstance(page, PayablePageMixin) or not url:
        return Target(None, "", None, str(NOT_NOW))
    closed = why_closed(page, at=timezone.now())
    types = payable_types(accounting_date()).filter(pk=page.payment_type_id)
    payment_type = None if closed else types.first()
    if not closed and (
        payment_type is None or not is_payable_now(payment_type, site_id=site_id_of(page))
    ):
        closed = str(NOT_NOW)
    return Target(page, url, payment_type, closed)


def small_form(target: Target) -> EntryForm | None:
    """Return the form of reference and amount, ``None`` where the page asks more or something else.

    Nor is there one for a page that not everybody may see: its own form asks whom it knows. It has
    no CSRF token: a page with one can't be kept by a cache. ``filling`` says why it is safe.
    """
    if not target.is_simple or target.payment_type is None or target.page.get_view_restrictions():
        return None
    form = EntryForm(payment_type=target.payment_type)
    if not form.fields or set(form.fields) - {"reference", "amount"}:
        return None
    return form
