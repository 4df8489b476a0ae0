"""Slows down scripts that try one reference after another to find accounts that exist.

Counts live in Django's cache. Its default keeps them in each process, so a site with several
processes allows that many times more; a shared cache makes the limit exact.
"""

import logging

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .responses import keep_private


logger = logging.getLogger(__name__)

#: So many refused references from one address in one window; a household never gets near.
LIMIT = 30
WINDOW_SECONDS = 600


def too_many_refusals(request: HttpRequest) -> bool:
    """Say whether this address has had too many references refused lately."""
    return cache.get(_key(request), 0) >= LIMIT


def count_refusal(request: HttpRequest) -> None:
    """Remember that a reference from this address was refused. Nothing is kept but the count."""
    key = _key(request)
    if cache.add(key, 1, WINDOW_SECONDS):
        return
    try:
        refusals = cache.incr(key)
    except ValueError:
        # It ran out between the two calls.
        cache.add(key, 1, WINDOW_SECONDS)
        return
    if refusals == LIMIT:
        logger.warning(
            "%s references refused in %s seconds from one address", LIMIT, WINDOW_SECONDS
        )


def slow_down(request: HttpRequest) -> HttpResponse:
    """Answer somebody who has had too many references refused."""
    response = render(request, "ims_wagtail/checkout/too_many_tries.html", status=429)
    response["Retry-After"] = str(WINDOW_SECONDS)
    return keep_private(response)


def _key(request: HttpRequest) -> str:
    # Headers such as X-Forwarded-For are the caller's to invent; a proxy that is trusted sets
    # REMOTE_ADDR.
    return f"ims-refusals:{request.META.get('REMOTE_ADDR', '')}"
