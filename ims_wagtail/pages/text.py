"""Rich text as plain words."""

import re

from django.utils.text import Truncator
from wagtail.rich_text import get_text_for_indexing


SUMMARY_WORDS = 30
_PARAGRAPH = re.compile(r"<p\b[^>]*>.*?</p>", re.DOTALL)


def summary_of(*, search_description: str, introduction: str) -> str:
    """Return one plain line about a page: what editors wrote for search engines, or its start.

    The start is the first paragraph: headings and lists make no sense in one line.
    """
    if search_description:
        return search_description
    paragraph = _PARAGRAPH.search(introduction)
    words = " ".join(get_text_for_indexing(paragraph[0] if paragraph else "").split())
    return Truncator(words).words(SUMMARY_WORDS, truncate="…")
