"""How pages of the journey are answered: never kept by a cache, and redirected to after a POST."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ims_wagtail.ui.languages import answer_in_chosen_language


View = Callable[..., HttpResponse]


def step(*methods: str) -> Callable[[View], View]:
    """Make a view of the journey: these methods only, nothing kept by browser or proxy, and in the
    language that the reader chose.
    """

    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        @require_http_methods(allowed)
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer_in_chosen_language(request)
            try:
                response = view(request, *args, **kwargs)
            except Http404 as missing:
                # A cache may keep what is not found, and a receipt is found once it is paid.
                response = response_for_exception(request, missing)
            return keep_private(response)

        return wrapped

    return decorate


def keep_private(response: HttpResponse) -> HttpResponse:
    """Tell browsers and proxies to keep no copy."""
    response["Cache-Control"] = "private, no-store"
    return response


def see_other(address: str) -> HttpResponse:
    """Send the browser on with a GET, so that reloading repeats nothing."""
    return keep_private(HttpResponse(status=303, headers={"Location": address}))


def see_step(name: str, *, notice: str = "", **kwargs: Any) -> HttpResponse:
    """Send the browser to a step by the name of its address, with a notice to show there."""
    address = reverse(f"ims_checkout:{name}", kwargs=kwargs)
    return see_other(f"{address}?{urlencode({'notice': notice})}" if notice else address)


def see_basket(notice: str = "") -> HttpResponse:
    """Send the browser to the basket."""
    return see_step("basket", notice=notice)
