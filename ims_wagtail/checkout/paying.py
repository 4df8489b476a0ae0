"""From a basket to an order, which stays as the resident saw it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ims_wagtail.accounts.checks import CheckedPayment
from ims_wagtail.funds.models import Office
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.ordering import Contact, OrderLineRequest, OrderRequest

from .amounts.basis import ordered_basis, worked_out_today
from .amounts.words import as_answers
from .models import Basket, BasketLine
from .questions import shown_answers
from .services import CONTACT_FIELDS
from .wording import reference_label


def order_request(
    *,
    basket: Basket,
    lines: Sequence[BasketLine],
    checked: Mapping[UUID, CheckedPayment],
    language: str,
    channel: Channel = Channel.ONLINE,
    taken_by: Any = None,
    office: Office | None = None,
    site_id: int | None = None,
) -> OrderRequest:
    """Return what is ordered: the basket's lines with the VAT that ``recheck`` found for them.

    ``taken_by`` and ``office`` say which staff took it, where staff did; ``site_id`` on which
    Wagtail site a payer ordered it.
    """
    return OrderRequest(
        basket_token=basket.token,
        language=language,
        contact=Contact(**{name: getattr(basket, name) for name in CONTACT_FIELDS}),
        lines=tuple(_line(line, checked[line.pk]) for line in lines),
        channel=channel,
        taken_by=taken_by,
        office=office,
        site_id=site_id,
    )


def _line(line: BasketLine, checked: CheckedPayment) -> OrderLineRequest:
    found = worked_out_today(line)
    return OrderLineRequest(
        basket_line=line.pk,
        payment_type=line.payment_type,
        account_reference=checked.reference,
        description=line.description,
        # A fixed account is the council's own business: receipts don't show it.
        reference_label="" if line.has_fixed_reference else reference_label(line.payment_type),
        amount=checked.amount,
        vat_code_id=checked.vat_code.pk,
        vat_rate=checked.vat_rate,
        vat_amount=checked.vat_amount,
        answers=(*shown_answers(line.answers), *(as_answers(found) if found else ())),
        answer_days=line.answer_days,
        amount_basis=ordered_basis(line),
        page_id=line.page_id,
        page_title=line.page_title,
        confirmation=line.confirmation,
    )
