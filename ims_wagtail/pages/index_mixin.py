"""A page that lists payment pages, as a mixin: a site with its own base page can have one, too."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from .forms import IndexPageForm
from .languages import read_page_in
from .mixins import TEXT_FEATURES
from .slugs import refuse_taken_slug
from .text import summary_of


if TYPE_CHECKING:
    from wagtail.models import AbstractPage as _PageParts
else:
    _PageParts = models.Model


class PaymentIndexMixin(_PageParts):
    """Lists what can be paid for: the live pages under it that anybody may see.

    A site with its own base page writes::

        class OurPaymentList(PaymentIndexMixin, OurBasePage):
            template = "ims_wagtail/pages/payment_index_page.html"
            content_panels = [*OurBasePage.content_panels, *PaymentIndexMixin.index_panels]
    """

    introduction = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES)

    base_form_class = IndexPageForm
    index_panels = [FieldPanel("introduction")]
    index_api_fields = ["introduction"]
    index_search_fields = [index.SearchField("introduction")]

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse an address at which the page could not be reached."""
        super().clean()
        refuse_taken_slug(slug=self.slug, parent=self.get_parent())

    @property
    def summary(self) -> str:
        """One plain line about this page, for lists of services."""
        return summary_of(
            # A base page of a site's own need not have it.
            search_description=getattr(self, "search_description", ""),
            introduction=self.introduction,
        )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, which a cache may keep for readers of the same language."""
        read_page_in(request, self)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the pages to list."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["services"] = self.services()
        return context

    def services(self) -> list[Any]:
        """Return the live, public pages under this one, in the order editors gave them."""
        return list(self.get_children().live().public().specific())
