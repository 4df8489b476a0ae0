"""A site's colours as a stylesheet of its own, so that no page needs an inline style."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from .models import CouncilDetails


@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """Serve the colours of the requested site.

    Pages link it with the colour in the query string, so a changed colour is a new address and the
    answer may be kept for a day.
    """
    colour = CouncilDetails.for_request(request).brand_colour
    css = f":root{{--ims-brand:{colour}}}" if colour else ""
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    etag = f'"{hashlib.sha256(css.encode()).hexdigest()[:16]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
