"""The form on Wagtail's login page: named by the setting ``WAGTAILADMIN_USER_LOGIN_FORM``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms.auth import LoginForm

from . import throttle
from .expiry import expire, is_expired
from .models import StaffProfile


class SignInForm(LoginForm):
    """Slows down guessing, and tells people whose account has run out.

    Neither says whether an account exists: the first counts every name alike, the second speaks
    only to whoever knows the password.
    """

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        where = {"name": name, "address": self.request.META.get("REMOTE_ADDR", "")}
        if throttle.must_wait(**where):
            raise ValidationError(
                _(
                    "There were too many attempts to sign in. Wait 15 minutes and try again, or"
                    " ask your administrator."
                ),
                code="wait",
            )
        try:
            cleaned = super().clean()
        except ValidationError as error:
            if error.code == "invalid_login":
                throttle.count_failure(**where)
            raise
        throttle.forget_failures(**where)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        profile = StaffProfile.objects.select_related("user").filter(user=user).first()
        if profile is not None and is_expired(profile):
            expire(profile)
            raise ValidationError(
                _(
                    "This account was disabled because nobody used it for more than"
                    " %(days)s days. Ask your administrator to enable it."
                ),
                code="expired",
                params={"days": profile.expiry_days},
            )
