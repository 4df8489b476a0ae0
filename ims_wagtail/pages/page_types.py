"""The page types editors use: a page that takes payments, and a page that lists such pages."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from .index_mixin import PaymentIndexMixin
from .mixins import PayablePageMixin


class PaymentPage(PayablePageMixin, Page):
    """A page on which residents pay for one thing."""

    page_description = _("Asks for one payment: council tax, a permit, a donation")
    template = "ims_wagtail/pages/payment_page.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *PayablePageMixin.payable_panels]
    search_fields = [*Page.search_fields, *PayablePageMixin.payable_search_fields]
    api_fields = PayablePageMixin.payable_api_fields

    class Meta:
        verbose_name = _("payment page")
        verbose_name_plural = _("payment pages")


class PaymentIndexPage(PaymentIndexMixin, Page):
    """A page that lists what can be paid for: the live pages under it that anybody may see."""

    page_description = _("Lists the payment pages under it")
    template = "ims_wagtail/pages/payment_index_page.html"
    content_panels = [*Page.content_panels, *PaymentIndexMixin.index_panels]
    search_fields = [*Page.search_fields, *PaymentIndexMixin.index_search_fields]
    api_fields = PaymentIndexMixin.index_api_fields

    class Meta:
        verbose_name = _("list of payment pages")
        verbose_name_plural = _("lists of payment pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a payment page below with one query, where Wagtail takes two for any page."""
        if len(path_components) == 1:
            page = PaymentPage.objects.child_of(self).filter(slug=path_components[0]).first()
            if page is not None:
                page._cached_parent_obj = self
                return page.route(request, [])
        return super().route(request, path_components)
