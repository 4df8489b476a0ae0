"""Security headers of every page: what may run, load, be framed and be told to other sites."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ims_wagtail.conf import ims_settings


HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """Put the strict policy on every page, and a looser one on Wagtail's own admin screens.

    Wagtail's date pickers and rich text editor still carry inline scripts and styles, so its
    screens get ``'unsafe-inline'`` for those two and nothing else. Our own admin screens, the login
    and everything public are strict. A view that sets the header itself keeps its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to the response."""
        response = self.get_response(request)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        # Django's own page for a developer's exception has its styles inside.
        if not (settings.DEBUG and response.status_code == 500):
            response.headers.setdefault(HEADER, policy(inline=_is_wagtails_own(request)))
        return response


def policy(*, inline: bool = False) -> str:
    """Return the policy; ``inline`` allows inline scripts and styles."""
    loose = " 'unsafe-inline'" if inline else ""
    files = "".join(f" {origin}" for origin in _file_origins())
    # Browsers hold the redirect after a form to form-action as well, so the hosts of payment
    # providers have to be named.
    targets = "".join(f" {host}" for host in ims_settings().form_action_hosts)
    return "; ".join(
        (
            f"default-src 'self'{files}",
            f"script-src 'self'{files}{loose}",
            f"style-src 'self'{files}{loose}",
            f"img-src 'self' data:{files}",
            "object-src 'none'",
            "base-uri 'self'",
            f"form-action 'self'{targets}",
            "frame-ancestors 'self'",
        )
    )


def _is_wagtails_own(request: HttpRequest) -> bool:
    if not request.path_info.startswith(reverse("wagtailadmin_home")):
        return False
    match = request.resolver_match
    if match is None or match.url_name == "wagtailadmin_login":
        return False
    view = getattr(match.func, "view_class", match.func)
    return not view.__module__.startswith("ims_wagtail.")


def _file_origins() -> list[str]:
    """Return other hosts that static files and uploads are served from."""
    addresses = map(urlsplit, (settings.STATIC_URL, settings.MEDIA_URL))
    return sorted({f"{a.scheme or 'https'}://{a.netloc}" for a in addresses if a.netloc})
