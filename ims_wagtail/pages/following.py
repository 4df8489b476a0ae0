"""Translations follow the page that leads them: when it is published, and before they are."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage

from .checks import Finding, Severity, Version, check
from .mixins import PayablePageMixin
from .translations import SHARED, charges, follow, leading_page, leads


def tell_translations(*, instance: AbstractPage, **kwargs: Any) -> None:
    """Change the translations of a page that was published, and their drafts."""
    if not isinstance(instance, PayablePageMixin) or not leads(instance):
        return
    with transaction.atomic():
        for page in instance.get_translations().specific():
            follow(page, instance)
            page.save(update_fields=SHARED, clean=False)
            if draft := page.latest_revision:
                told = page.serializable_data()
                draft.content.update({name: told[name] for name in SHARED})
                draft.save(update_fields=["content"])


@check
def charges_the_same_in_every_language(version: Version) -> Iterator[Finding]:
    """Nobody pays more for reading Welsh."""
    leading = leading_page(version.page)
    if leading is not None and charges(leading) != charges(version.page):
        yield Finding(
            code="other-amounts",
            severity=Severity.STOP,
            message=_("The amounts are not those of “%(title)s”") % {"title": leading.title},
            remedy=_("Lay out the same prices in the same order; only the words may differ."),
            field="amount",
        )
