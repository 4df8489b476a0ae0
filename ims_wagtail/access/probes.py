"""What may be wrong with who may do what."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .duties import conflicts
from .expiry import is_expired
from .models import StaffProfile
from .sign_in import SignInForm


@probe(Looks.SETTINGS)
def sign_in(using: str) -> Iterator[Finding]:
    """Find a login page of Wagtail's that lets passwords be guessed without end."""
    if getattr(settings, "WAGTAILADMIN_LOGIN_URL", None):
        return  # People sign in elsewhere.
    path = getattr(settings, "WAGTAILADMIN_USER_LOGIN_FORM", None)
    if not (path and issubclass(import_string(path), SignInForm)):
        yield Finding(
            "ims_access.W001",
            Severity.WARNING,
            _("Passwords can be guessed at the login page without end."),
            _("Set WAGTAILADMIN_USER_LOGIN_FORM = “ims_wagtail.access.sign_in.SignInForm”."),
        )


@probe(Looks.SETUP)
def duties(using: str) -> Iterator[Finding]:
    """Find people who hold both halves of what takes two people."""
    for conflict in conflicts():
        yield Finding(
            "ims_access.W002",
            Severity.WARNING,
            _("%(person)s holds both halves of a duty of two people: %(duty)s.")
            % {"person": conflict.user, "duty": conflict.duty.name},
            _("Take one of the roles away. The access review says which permissions they are."),
            about=StaffProfile,
        )


@probe(Looks.SETUP)
def expiry(using: str) -> Iterator[Finding]:
    """Find accounts that should have been disabled: the daily command doesn't run."""
    profiles = StaffProfile.objects.using(using).filter(user__is_active=True)
    late = sum(is_expired(profile) for profile in profiles.select_related("user"))
    if late:
        yield Finding(
            "ims_access.W003",
            Severity.WARNING,
            ngettext(
                "One account has not been used for longer than it may, and is still enabled.",
                "%(count)s accounts have not been used for longer than they may, and are still "
                "enabled.",
                late,
            )
            % {"count": late},
            _("Run “manage.py ims_expire_accounts” daily."),
            about=StaffProfile,
        )
