"""The council's own page types: its home page, and pages of plain words."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from ims_wagtail.pages.pay_blocks import PAY_BLOCKS


class HomePage(Page):
    """The council's front door: a few words, what can be paid, and the small print."""

    introduction = RichTextField(
        _("introduction"), blank=True, features=["h2", "bold", "link", "ol", "ul"]
    )

    template = "example_site/home_page.html"
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what can be paid, and the pages of plain words."""
        context = super().get_context(request, *args, **kwargs)
        context["groups"], context["words"] = self._groups_and_words()
        return context

    def _groups_and_words(self) -> tuple[list[tuple[Page, list[Page]]], list["StandardPage"]]:
        """Return the pages below with those below them, and the pages of plain words apart."""
        shown = self.get_descendants().filter(depth__lte=self.depth + 2).live().public().specific()
        groups: dict[str, tuple[Page, list[Page]]] = {}
        words: list[StandardPage] = []
        for page in shown:  # each page comes before those below it
            above = groups.get(page.path[: -page.steplen])
            if above is not None:
                above[1].append(page)
            elif page.depth > self.depth + 1:
                continue  # below a page that is not shown
            elif isinstance(page, StandardPage):
                words.append(page)
            else:
                groups[page.path] = (page, [])
        return list(groups.values()), words


class StandardPage(Page):
    """A page of plain words, such as the privacy notice or the accessibility statement."""

    updated = models.DateField(
        _("last updated"), null=True, blank=True, help_text=_("Shown under the words")
    )
    body = RichTextField(
        _("words"), features=["h2", "h3", "bold", "link", "document-link", "ol", "ul"]
    )

    payments = StreamField(
        PAY_BLOCKS, blank=True, verbose_name=_("payments"), help_text=_("Shown under the words")
    )

    template = "example_site/standard_page.html"
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("payments"),
        FieldPanel("updated"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
