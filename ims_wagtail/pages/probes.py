"""What may be wrong with pages that residents can reach."""

from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import payable_types
from ims_wagtail.payments.selectors import account_for
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .checks import Version, stops_for
from .mixins import PayablePageMixin
from .ready import in_words
from .sites import site_id_of


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


@probe(Looks.SETUP)
def accounts_of_sites(using: str) -> Iterator[Finding]:
    """Find live pages on a site where no account takes what is paid on them."""
    payable = {each.pk: each for each in payable_types(accounting_date()).using(using)}
    by_site: dict[int | None, list[PayablePageMixin]] = defaultdict(list)
    for model in apps.get_models():
        if issubclass(model, PayablePageMixin):
            live = model._default_manager.using(using).filter(live=True, payment_type__in=payable)
            for page in live.order_by("pk"):
                by_site[site_id_of(page)].append(page)
    for site_id, found in by_site.items():
        taken = account_for(payment_types=payable.values(), site_id=site_id, using=using)
        for page in found:
            if page.payment_type_id in taken:
                continue
            payment_type = payable[page.payment_type_id]
            yield Finding(
                "ims_pages.E004",
                Severity.ERROR,
                _(
                    "Nothing can be paid on the page “%(page)s”: no merchant account takes "
                    "“%(type)s” online on its site."
                )
                % {"page": page.title, "type": payment_type},
                _("Add a route for the site on a merchant account, or one for every site."),
                about=page,
                fund_id=payment_type.fund_id,
            )


@probe(Looks.SETUP)
def waiting(using: str) -> Iterator[Finding]:
    """Find pages whose time to go live has come, and which their checks hold back."""
    due = Revision.objects.using(using).filter(approved_go_live_at__lte=timezone.now())
    for revision in due.select_related("content_type").order_by("approved_go_live_at", "pk"):
        model = revision.content_type.model_class()
        if model is None or not issubclass(model, PayablePageMixin):
            continue
        page = revision.as_object()
        if stops := stops_for(Version(page)):
            yield Finding(
                "ims_pages.E002",
                Severity.ERROR,
                _("The page “%(page)s” was to go live by now, and can’t: %(reasons)s")
                % {"page": page.title, "reasons": " ".join(in_words(stop) for stop in stops)},
                _("Put it right. It goes live by itself the next time pages are published."),
                about=page,
                fund_id=page.payment_type.fund_id if page.payment_type else None,
            )
