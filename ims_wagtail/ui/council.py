"""What every public page shows of its site, remembered for a moment: details and messages."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Site

from ims_wagtail.conf import ims_settings

from .models import Audience, CouncilDetails, Notice, Severity


_KEY = "ims_council_details"
#: A change shows at once in the process that made it, and within so many seconds in the others.
SECONDS = 10

_WORST_FIRST = [Severity.ERROR, Severity.WARNING, Severity.INFORMATION]


@dataclass(frozen=True, slots=True)
class _Shown:
    details: CouncilDetails
    #: Those that have not ended, not started ones included: they may start in a moment.
    notices: list[Notice]


def council_for(request: HttpRequest) -> CouncilDetails:
    """Return the details of the site asked for, without a query when they were read just now.

    Reading them takes three queries, the site's, its own and the messages': a third of what a step
    of the checkout costs.
    """
    return _shown(request).details


def council_of(site: Site | None) -> CouncilDetails:
    """Return the details of a site, of the default one unless given; for what no request asks."""
    return CouncilDetails.for_site(site or Site.objects.get(is_default_site=True))


def address_of(site: Site | None) -> str:
    """Return where residents reach a site, without a slash at the end.

    The default site, and anything of no site, is reached at ``IMS["BASE_URL"]``.
    """
    if site is None or site.is_default_site:
        return ims_settings().base_url
    return str(site.root_url)


def notices_for(request: HttpRequest, audience: Audience) -> list[Notice]:
    """Return the messages of the day of the site asked for, the worst first; no further query."""
    now = timezone.now()
    current = [
        notice
        for notice in _shown(request).notices
        if notice.audience == audience
        and notice.starts <= now
        and (notice.ends is None or notice.ends > now)
    ]
    return sorted(current, key=lambda notice: _WORST_FIRST.index(Severity(notice.severity)))


def _shown(request: HttpRequest) -> _Shown:
    host = request.get_host()
    by_host: dict[str, _Shown] = cache.get(_KEY, {})
    if host not in by_host:
        details = CouncilDetails.for_request(request)
        unfinished = Notice.objects.filter(Q(ends=None) | Q(ends__gt=timezone.now()))
        notices = unfinished.filter(site=Site.find_for_request(request)).order_by("-starts", "-pk")
        by_host[host] = _Shown(details, list(notices))
        cache.set(_KEY, by_host, SECONDS)
    return by_host[host]


def forget_council(**kwargs: object) -> None:
    """Read everything anew with the next request; called when it or a site was saved."""
    cache.delete(_KEY)
