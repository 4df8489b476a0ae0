"""Where the small payment forms on a site's own pages are sent to.

They stand on pages that caches keep for everybody, so they carry no CSRF token, which is one
browser's. A browser says itself where a form was sent from: only what comes from this site's own
pages is taken as typed on the payable page, with all its checks. Whatever else is sent here, from
another site or by a browser too old to say, is thrown away and its sender shown the empty page.
"""

from urllib.parse import urlsplit

import swapper
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from ims_wagtail.checkout.responses import see_other

from .mixins import PayablePageMixin


swapper.set_app_prefix("wagtailcore", "wagtail")
Page = swapper.load_model("wagtailcore", "Page")


@csrf_exempt
def fill_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a small form as the payable page's own; errors are shown on that page."""
    found = Page.objects.filter(pk=page_id, live=True).first()
    page = found.specific if found is not None else None
    if not isinstance(page, PayablePageMixin):
        raise Http404
    if request.method != "POST" or not comes_from_here(request) or page.get_view_restrictions():
        return see_other(page.get_url(request) or "/")
    return page.serve(request)


def comes_from_here(request: HttpRequest) -> bool:
    """Say whether the browser states that a form was sent from a page of this very site."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
