"""What may be wrong with pages that residents can reach."""

from collections.abc import Iterator

from django.apps import apps
from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import payable_types
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .mixins import PayablePageMixin


@probe(Looks.SETUP)
def pages(using: str) -> Iterator[Finding]:
    """Find live pages on which nothing can be paid today."""
    payable = set(payable_types(accounting_date()).using(using).values_list("pk", flat=True))
    for model in apps.get_models():
        if not issubclass(model, PayablePageMixin):
            continue
        live = model._default_manager.using(using).filter(live=True)
        for page in live.exclude(payment_type__in=payable).select_related("payment_type__fund"):
            payment_type = page.payment_type
            yield Finding(
                "ims_pages.E001",
                Severity.ERROR,
                _("Nothing can be paid on the page “%(page)s”: %(type)s is not open today.")
                % {"page": page.title, "type": payment_type}
                if payment_type
                else _("Nothing can be paid on the page “%(page)s”: it has no payment type.")
                % {"page": page.title},
                _("Open the payment type and its fund, choose another, or unpublish the page."),
                about=page,
                fund_id=payment_type.fund_id if payment_type else None,
            )
