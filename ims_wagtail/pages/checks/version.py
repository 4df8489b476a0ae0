"""A version of a page as its checks see it: what it says, and from when to when it is open."""

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import AbstractPage

from ims_wagtail.checkout.questions import Question
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.pages.questions import questions_from
from ims_wagtail.pages.sites import site_id_of


if TYPE_CHECKING:
    from ims_wagtail.pages.mixins import PayablePageMixin

#: The fields in which editors write text.
TEXTS = ("introduction", "reference_help", "confirmation", "closed_words")


class Version:
    """What is to be published: a draft, a form just filled in, or a page never saved.

    ``parent`` is the page above it, which a page never saved does not know.
    """

    def __init__(self, page: "PayablePageMixin", *, parent: AbstractPage | None = None) -> None:
        self.page = page
        self._parent = parent

    @cached_property
    def parent(self) -> AbstractPage | None:
        """The page above it."""
        return self._parent or (self.page.get_parent() if self.page.path else None)

    @property
    def site_id(self) -> int | None:
        """The site on which residents will meet it."""
        return site_id_of(self.page if self.page.path else self.parent)

    @cached_property
    def payment_type(self) -> PaymentType | None:
        """What is paid for, with all that the checks read of it."""
        if self.page.payment_type_id is None:
            return None
        return (
            PaymentType.objects.select_related("vat_code", "price", "fund__vat_code")
            .prefetch_related("vat_code__rates", "fund__vat_code__rates", "price__changes")
            .get(pk=self.page.payment_type_id)
        )

    @cached_property
    def opens(self) -> datetime:
        """When residents can first pay on it."""
        begins = (timezone.now(), self.page.go_live_at, self.page.opens_at)
        return max(moment for moment in begins if moment)

    @cached_property
    def closes(self) -> datetime | None:
        """From when they can't any more; nothing while no end is planned."""
        ends = [moment for moment in (self.page.closes_at, self.page.expire_at) if moment]
        return min(ends, default=None)

    @property
    def first_day(self) -> date:
        """The first day on which residents can pay on it."""
        return accounting_date(self.opens)

    @property
    def last_day(self) -> date | None:
        """The last day, if there is one."""
        return accounting_date(self.closes) if self.closes else None

    @property
    def takes_payments(self) -> bool:
        """Whether anybody can ever pay on it: not while it is paused, nor once it has closed."""
        return not self.page.paused and (self.closes is None or self.closes > self.opens)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The extra questions."""
        return questions_from(self.page.questions)

    @property
    def language(self) -> str:
        """The language of its words, like ``en-gb`` or ``cy``."""
        locale = self.page.locale if self.page.locale_id else getattr(self.parent, "locale", None)
        return locale.language_code if locale else "en"

    def text(self, field: str) -> str:
        """Return what a field says, without its markup; each paragraph ends a sentence."""
        html = getattr(self.page, field) or ""
        for end in ("</p>", "</li>", "</h2>", "</h3>", "<br/>"):
            html = html.replace(end, f" {end}\n")
        return strip_tags(html).strip()
