"""Rich text as plain words."""

from django.utils.text import Truncator
from wagtail.rich_text import get_text_for_indexing


SUMMARY_WORDS = 30


def summary_of(*, search_description: str, introduction: str) -> str:
    """Return one plain line about a page: what editors wrote for search engines, or its start."""
    if search_description:
        return search_description
    words = " ".join(get_text_for_indexing(introduction).split())
    return Truncator(words).words(SUMMARY_WORDS, truncate="…")
