"""The council's details for a request, remembered for a moment: every public page shows them."""

from django.core.cache import cache
from django.http import HttpRequest

from .models import CouncilDetails


_KEY = "ims_council_details"
#: A change shows at once in the process that made it, and within so many seconds in the others.
SECONDS = 10


def council_for(request: HttpRequest) -> CouncilDetails:
    """Return the details of the site asked for, without a query when they were read just now.

    Reading them takes two queries, the site's and its own: a quarter of what a step of the
    checkout costs.
    """
    host = request.get_host()
    by_host: dict[str, CouncilDetails] = cache.get(_KEY, {})
    if host not in by_host:
        by_host[host] = CouncilDetails.for_request(request)
        cache.set(_KEY, by_host, SECONDS)
    return by_host[host]


def forget_council(**kwargs: object) -> None:
    """Read the details anew with the next request; called when they or a site were saved."""
    cache.delete(_KEY)
