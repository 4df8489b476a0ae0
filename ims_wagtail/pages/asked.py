"""Which live pages take a payment type, and what each of them asks."""

from django.apps import apps

from ims_wagtail.checkout.asked import Asked
from ims_wagtail.funds.models import PaymentType

from .amounts import layout_from
from .mixins import PayablePageMixin
from .questions import questions_from


def live_pages(payment_type: PaymentType) -> list[Asked]:
    """Return the live pages of a payment type; one query for each page type there is."""
    return [
        _asked(page)
        for model in apps.get_models()
        if issubclass(model, PayablePageMixin)
        for page in model._default_manager.filter(live=True, payment_type=payment_type).order_by(
            "pk"
        )
    ]


def page_to_apply_on(payment_type: PaymentType) -> str:
    """Return the address of a live page on which an officer looks at it before people pay."""
    for model in apps.get_models():
        if issubclass(model, PayablePageMixin):
            live = model._default_manager.filter(live=True, payment_type=payment_type)
            if page := live.filter(looked_at_first=True).order_by("pk").first():
                return page.url or ""
    return ""


def _asked(page: PayablePageMixin) -> Asked:
    questions = questions_from(page.questions)
    return Asked(page=page.facts(), questions=questions, amount=layout_from(page.amount, questions))
