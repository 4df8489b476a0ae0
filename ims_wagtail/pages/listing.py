"""Wagtail's lists of pages, with what payment pages took for those who may see it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.views.pages.usage import ContentTypeUseView

from ims_wagtail.access.columns import london_time
from ims_wagtail.money import format_pounds

from .archive.archiving import without_archived
from .mixins import PayablePageMixin
from .takings import Takings, sees_takings, takings_of


_TAKINGS = "ims_takings"


def _column(name: str, label: Any, words: Callable[[Takings], str], **options: Any) -> Column:
    def value(page: Any) -> str:
        takings = getattr(page, _TAKINGS, None)
        return words(takings) if takings is not None else ""

    return Column(name, label=label, accessor=value, **options)


_COLUMNS = [
    _column(
        "takings",
        _("Taken in 30 days"),
        lambda takings: format_pounds(takings.amount),
        classname="ims-money",
    ),
    _column(
        "share_paid",
        _("Share paid"),
        lambda takings: "" if takings.share_paid is None else f"{takings.share_paid:.0%}",
        classname="ims-money",
    ),
    _column(
        "last_payment",
        _("Last payment"),
        lambda takings: london_time(takings.last_paid_at),
    ),
]


class _WithTakings(IndexView):
    """A list of pages that may hold payment pages."""

    columns: list[Column]

    def get_table(self, object_list: Any) -> Any:
        """Add the columns about money where a page has any and the reader may see it.

        What all pages shown took is read at once.
        """
        pages = [page for page in object_list if isinstance(page, PayablePageMixin)]
        if pages and sees_takings(self.request.user):
            found = takings_of(page_ids=[page.pk for page in pages], user=self.request.user)
            for page in pages:
                setattr(page, _TAKINGS, found.get(page.pk))
            self.columns = [*self.columns, *_COLUMNS]
        return super().get_table(object_list)


class PayableIndexView(_WithTakings, ExplorableIndexView):
    """The pages under any page, or found from there."""


class PayableUseView(_WithTakings, ContentTypeUseView):
    """All pages of one type that are not put away."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return without_archived(super().get_base_queryset())
