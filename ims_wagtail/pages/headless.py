"""What a payment page says to a front end of its own, in Wagtail's API.

The front end shows it and leads residents to ``pay_url``: what is typed is checked, and money
taken, by the pages of this package only.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override

from ims_wagtail.checkout.amounts.layouts import PriceList, Suggestions
from ims_wagtail.checkout.answer_files import megabytes_of
from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.parts import is_payable_now
from ims_wagtail.checkout.questions import Question
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import NoPrice, prices_today, set_price
from ims_wagtail.funds.wording import reference_hint, reference_label, service_name

from .amounts import layout_from
from .opening import NOT_NOW, why_closed
from .questions import questions_from
from .sites import site_id_of


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


def describe(page: "PayablePageMixin", *, payment_type: PaymentType | None) -> dict[str, Any]:
    """Return what can be paid on a page now, as JSON can hold it; amounts are pounds in text.

    ``payment_type`` is the page's while it can be paid. The words are in the page's language, where
    pages have one: it is the front end that asks, not the reader.
    """
    own = getattr(settings, "WAGTAIL_I18N_ENABLED", False)
    with override(page.locale.language_code if own else get_language()):
        return _described(page, payment_type)


def _described(page: "PayablePageMixin", payment_type: PaymentType | None) -> dict[str, Any]:
    closed = why_closed(page, at=timezone.now())
    if not closed and (
        payment_type is None or not is_payable_now(payment_type, site_id=site_id_of(page))
    ):
        closed = str(NOT_NOW)
    facts: dict[str, Any] = {
        "open": not closed,
        "closed_because": closed,
        "pay_url": page.full_url,
    }
    if payment_type is None:
        return facts
    return facts | {
        "payment_type": payment_type.slug,
        "service": service_name(payment_type),
        "reference": _reference(payment_type),
        "amount": _amount(page, payment_type),
        "looked_at_first": page.looked_at_first,
        "questions": [_question(question) for question in questions_from(page.questions)],
    }


def _question(question: Question) -> dict[str, Any]:
    when = question.when
    facts: dict[str, Any] = {
        "key": question.key,
        "label": question.label,
        "hint": question.hint,
        "kind": str(question.kind),
        "required": question.required,
        "choices": list(question.choices),
        "step": question.step,
        "only_when": {"key": when.key, "answers": list(when.answers)} if when else None,
    }
    if question.kind == QuestionKind.NUMBER:
        facts |= {"least": question.least, "most": question.most}
    if question.kind == QuestionKind.FILE:
        facts |= {"types": list(question.types), "megabytes": megabytes_of(question)}
    return facts


def _reference(payment_type: PaymentType) -> dict[str, Any]:
    return {
        "asked": payment_type.reference_source == ReferenceSource.PAYER,
        "label": reference_label(payment_type),
        "hint": reference_hint(payment_type),
    }


def _amount(page: "PayablePageMixin", payment_type: PaymentType) -> dict[str, Any]:
    today = accounting_date()
    facts: dict[str, Any] = {"comes_from": str(payment_type.amount_source), "price": None}
    try:
        price = set_price(payment_type, today)
    except NoPrice:
        price = None
    if price is not None:
        facts["price"] = str(price)
    prices = prices_today(payment_type, today)
    match layout_from(page.amount, questions_from(page.questions)):
        case PriceList(items=items):
            facts["prices"] = [
                {
                    "label": item.label,
                    "hint": item.hint,
                    "first": str(prices[item.first]),
                    "further": str(prices.get(item.further or item.first, prices[item.first])),
                    "most": item.most,
                }
                for item in items
                if item.first in prices
            ]
        case Suggestions(amounts=amounts):
            facts["suggestions"] = [str(amount) for amount in amounts]
    return facts
