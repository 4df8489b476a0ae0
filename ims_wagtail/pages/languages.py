"""In which language a page is read."""

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import AbstractPage

from ims_wagtail.ui.languages import answer_in, chosen_language


def read_page_in(request: HttpRequest, page: AbstractPage) -> None:
    """Answer in the language a page is written in.

    A page that is there in the site's first language only has its words in that, and around them
    what the package says in the language the reader chose.
    """
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return
    own, chosen = page.locale.language_code, chosen_language(request)
    if own == settings.LANGUAGE_CODE != chosen:
        translated = page.get_translations().live().filter(locale__language_code=chosen).exists()
        own = own if translated else chosen
    answer_in(request, own)
