"""Says at start-up what a site has left out of its settings about signing in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils.module_loading import import_string


@register(Tags.security, deploy=True)
def sign_in_is_throttled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn when Wagtail's login page lets passwords be guessed without end."""
    from .sign_in import SignInForm

    if getattr(settings, "WAGTAILADMIN_LOGIN_URL", None):
        return []  # People sign in elsewhere.
    path = getattr(settings, "WAGTAILADMIN_USER_LOGIN_FORM", None)
    if path and issubclass(import_string(path), SignInForm):
        return []
    return [
        Warning(
            "Passwords can be guessed at Wagtail's login page without end.",
            hint='Set WAGTAILADMIN_USER_LOGIN_FORM = "ims_wagtail.access.sign_in.SignInForm".',
            id="ims_access.W001",
        )
    ]
