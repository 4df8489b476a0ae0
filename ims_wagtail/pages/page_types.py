"""The page types editors use: a page that takes payments, and a page that lists such pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from .forms import IndexPageForm
from .languages import read_page_in
from .mixins import TEXT_FEATURES, PayablePageMixin
from .slugs import refuse_taken_slug
from .text import summary_of


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


class PaymentIndexPage(Page):
    """A page that lists what can be paid for: the live pages under it that anybody may see."""

    introduction = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES)

    page_description = _("Lists the payment pages under it")
    template = "ims_wagtail/pages/payment_index_page.html"
    base_form_class = IndexPageForm
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    api_fields = ["introduction"]

    class Meta:
        verbose_name = _("list of payment pages")
        verbose_name_plural = _("lists of payment pages")

    def clean(self) -> None:
        """Refuse an address at which the page could not be reached."""
        super().clean()
        refuse_taken_slug(slug=self.slug, parent=self.get_parent())

    @property
    def summary(self) -> str:
        """One plain line about this page, for lists of services."""
        return summary_of(
            search_description=self.search_description, introduction=self.introduction
        )

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a payment page below with one query, where Wagtail takes two for any page."""
        if len(path_components) == 1:
            page = PaymentPage.objects.child_of(self).filter(slug=path_components[0]).first()
            if page is not None:
                page._cached_parent_obj = self
                return page.route(request, [])
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, which a cache may keep for readers of the same language."""
        read_page_in(request, self)
        response = super().serve(request, *args, **kwargs)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the pages to list."""
        context = super().get_context(request, *args, **kwargs)
        context["services"] = self.services()
        return context

    def services(self) -> list[Page]:
        """Return the live, public pages under this one, in the order editors gave them."""
        return list(self.get_children().live().public().specific())
