"""Whether an account's key is of the kind that the account is: for real money or for trying out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ims_wagtail.conf import ims_settings

from .providers.registry import UnknownProvider, provider_class


def key_problem(*, code: str, provider: str, is_live: bool) -> str | Promise:
    """Return what is wrong with an account's key for a person to read, or nothing.

    Only the beginning of the key is looked at, and it is never told. An account without a key, or
    whose provider's keys don't tell, has no such problem.
    """
    credential = ims_settings().credentials.get(code)
    if credential is None:
        return ""
    try:
        takes = provider_class(provider)
    except UnknownProvider:
        return ""
    if is_live and credential.api_key.startswith(takes.test_key_prefixes):
        return _("The account is to take real money, but its key is one for trying things out")
    if not is_live and credential.api_key.startswith(takes.live_key_prefixes):
        return _("The account is for trying things out, but its key takes real money")
    return ""
