"""In which language somebody is answered, and how they choose another.

A site may have pages under a prefix for each language but its first (``i18n_patterns`` with
``prefix_default_language=False``, as Wagtail's manual shows). Django then answers every address
without a prefix in the first language. The steps of paying have no prefix: they go by what the
reader chose.
"""

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST


def answer_in(request: HttpRequest, language: str) -> None:
    """Answer this request in a language."""
    translation.activate(language)
    request.LANGUAGE_CODE = language


def chosen_language(request: HttpRequest) -> str:
    """Return the language this browser has chosen, or prefers."""
    return get_language_from_request(request)


def answer_in_chosen_language(request: HttpRequest) -> None:
    """Answer in the reader's language where Django went by an address without a prefix."""
    urlconf = getattr(request, "urlconf", settings.ROOT_URLCONF)
    prefixes, first_has_one = is_language_prefix_patterns_used(urlconf)
    if prefixes and not first_has_one:
        answer_in(request, chosen_language(request))


def remember_language(request: HttpRequest, response: HttpResponse) -> None:
    """Let what comes next be in the language of this answer."""
    language = translation.get_language()
    if language and language != chosen_language(request):
        _keep(response, language)


# Exempt because nothing is gained by changing somebody's language for them, and a token in every
# page's header would give every page a cookie and make none of them cacheable.
@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember a language and go to ``next``, the same page or its translation.

    Django's own view would put the language's prefix before it, where a translation has an address
    of its own.
    """
    address = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        address = "/"
    response = HttpResponseRedirect(address)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(response, language)
    return response


def _keep(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
