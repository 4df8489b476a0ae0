"""Lists that may be millions of rows long: turned by key, counted up to a bound."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ims_wagtail.money import ZERO, format_pounds

from .keyset import PAGE_NAMES, KeysetPage, known_by, links, page_of
from .saved_lists import question_of, saved_lists_of
from .views import ScopedIndexView


#: More matches than these are not counted: “more than 5,000” is as good an answer, and quick.
BOUND = 5_000


class LongIndexView(ScopedIndexView):
    """A list by moment, newest first. ``keyset_by`` names the moment; an index must begin with it
    and end with the key.
    """

    keyset_by = ""
    #: Whether more than a page is counted: quickly, or not at all.
    counts = True
    results_template_name = "ims_wagtail/access/staff/long_list_results.html"

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by(f"-{self.keyset_by}", "-pk")

    def paginate_queryset(
        self, rows: QuerySet[Any], page_size: int
    ) -> tuple[Paginator, Page, Any, bool]:
        """Return one page by key. Wagtail's paginator only carries the count."""
        self.page_size = page_size
        self.count, sums = self.count_and_sums(rows)
        self.totals = [(capfirst(self.verbose_name_plural), self.count_in_words), *sums]
        paginator = Paginator(self.keyset_page.rows, page_size)
        return paginator, paginator.get_page(1), self.keyset_page.rows, True

    def count_and_sums(self, rows: QuerySet[Any]) -> tuple[int | None, list[tuple[Any, str]]]:
        """Take the page; return how many match and what they add up to, both up to the bound.

        What matches is looked for once: as few rows as are counted are then known by their keys.
        """
        if not self.counts:
            return self._count_page(rows)
        some = rows.order_by()[: BOUND + 1]
        found = some.aggregate(
            rows=Count("pk"),
            keys=ArrayAgg("pk", order_by=[f"-{self.keyset_by}", "-pk"]),
            **{f"sum_of_{name}": Sum(name) for name in self.summed},
        )
        if found["rows"] > BOUND:
            self.take_page(rows)
            return None, []
        keys = found["keys"] or []
        if not any(name in self.request.GET for name in PAGE_NAMES):
            keys = keys[: self.page_size + 1]
        self.take_page(known_by(keys, among=rows))
        return found["rows"], self.sums_in_words(
            {name: found[f"sum_of_{name}"] for name in self.summed}
        )

    def take_page(self, rows: QuerySet[Any]) -> KeysetPage:
        """Take the page that was asked for."""
        self.keyset_page = page_of(
            rows, by=self.keyset_by, size=self.page_size, asked=self.request.GET
        )
        return self.keyset_page

    def _count_page(self, rows: QuerySet[Any]) -> tuple[int | None, list[tuple[Any, str]]]:
        """Return count and sums when one page holds all that match; otherwise neither."""
        page = self.take_page(rows)
        if page.has_newer or page.has_older:
            return None, []
        sums = {name: sum(getattr(row, name) for row in page.rows) for name in self.summed}
        return len(page.rows), self.sums_in_words(sums)

    def sums_in_words(self, sums: Mapping[str, Any]) -> list[tuple[Any, str]]:
        """Return sums as they are shown above the list."""
        return [(label, format_pounds(sums[name] or ZERO)) for name, label in self.summed.items()]

    @cached_property
    def count_in_words(self) -> str:
        if self.count is None:
            bound = BOUND if self.counts else len(self.keyset_page.rows)
            return _("More than %(bound)s; narrow the list to see totals") % {"bound": f"{bound:,}"}
        return f"{self.count:,}"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["items_count"] = BOUND if self.count is None else self.count
        context["turning"] = links(self.keyset_page, by=self.keyset_by, asked=self.request.GET)
        context["screen"] = self.index_url_name
        context["question"] = question_of(self.request.GET)
        context["saved_lists"] = saved_lists_of(user=self.request.user, screen=self.index_url_name)
        return context
