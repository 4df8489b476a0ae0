"""What is the same in every language of a page.

The page in the site's first language leads: what is paid for and when is set there. Its
translations hold words; what they charge is laid out in these words, so it can only be compared.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from wagtail.models import Locale


if TYPE_CHECKING:
    from .mixins import PayablePageMixin

#: Set on the leading page only.
SHARED = ("payment_type", "looked_at_first", "paused", "opens_at", "closes_at")

#: The parts of an amount block that decide what is charged. The others are words.
_CHARGING = {"only_one", "lines", "price", "further", "most", "least", "rules", "tests", "amounts"}


def leads(page: "PayablePageMixin") -> bool:
    """Say whether a page is in the site's first language."""
    return page.locale.language_code == settings.LANGUAGE_CODE


def leading_page(page: "PayablePageMixin") -> "PayablePageMixin | None":
    """Return the page that a translation follows; ``None`` for any other page."""
    if not page.pk or leads(page):
        return None
    leading = page.get_translation_or_none(Locale.get_default())
    return leading.specific if leading is not None else None


def follow(page: "PayablePageMixin", leading: "PayablePageMixin") -> None:
    """Set on a translation what its leading page says; don't save it."""
    for name in SHARED:
        setattr(page, name, getattr(leading, name))


def fields_for_localize() -> list[Any]:
    """Return what wagtail-localize may not let translators change, on a site that has it."""
    if "wagtail_localize" not in settings.INSTALLED_APPS:
        return []
    from wagtail_localize.fields import SynchronizedField

    return [SynchronizedField(name, overridable=False) for name in SHARED]


def charges(page: "PayablePageMixin") -> list[Any]:
    """Return what a page charges, without its words, to be compared."""
    return [(block.block_type, _without_words(block.value)) for block in page.amount]


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _without_words(part) for name, part in value.items() if name in _CHARGING}
        return kept | {"times": bool(value.get("times"))}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_words(part) for part in value]
    return value
