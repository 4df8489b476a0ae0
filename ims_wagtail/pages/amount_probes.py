"""Live pages whose amount nobody can be asked for, because its prices are not there."""

from collections.abc import Iterator

from django.apps import apps
from django.utils.translation import gettext as _

from ims_wagtail.accounts.enums import Audience
from ims_wagtail.checkout.forms.amount import AmountPart
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .amounts import layout_from
from .mixins import PayablePageMixin
from .questions import questions_from


@probe(Looks.SETUP)
def amounts(using: str) -> Iterator[Finding]:
    """Find live pages that lay out prices of which none, or not all that they need, is there."""
    for model in apps.get_models():
        if not issubclass(model, PayablePageMixin):
            continue
        live = model._default_manager.using(using).filter(
            live=True, payment_type__amount_source=AmountSource.PRICES
        )
        types = live.select_related("payment_type__fund")
        for page in types.prefetch_related("payment_type__prices__changes"):
            layout = layout_from(page.amount, questions_from(page.questions))
            part = AmountPart(
                payment_type=page.payment_type, layout=layout, audience=Audience.PUBLIC
            )
            if not part.is_payable:
                yield Finding(
                    "ims_pages.E003",
                    Severity.ERROR,
                    _("Nothing can be paid on the page “%(page)s”: its prices are not all there.")
                    % {"page": page.title},
                    _(
                        "Give the payment type the prices that the page lays out, each with an "
                        "amount today, or change the page."
                    ),
                    about=page,
                    fund_id=page.payment_type.fund_id,
                )
