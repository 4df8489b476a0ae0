"""Whether payments can be begun through an account: not when its provider refuses it altogether."""

import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.columns import london_time
from ims_wagtail.conf import ims_settings

from .keys import key_problem
from .models import MerchantAccount
from .providers.registry import UnknownProvider, provider_class


logger = logging.getLogger(__name__)

#: A provider may let payments be read through an account by which it creates none, so an answer
#: counts as a sign only after a while. A payer who then finds it closed still closes it again.
BELIEVE_ANSWERS_AFTER = timedelta(minutes=15)


def closed_because(account: MerchantAccount) -> str | Promise:
    """Return why no payment can be begun through an account, for staff; nothing when one can."""
    if account.unavailable_since is not None:
        return _("Since %(since)s the provider refuses it (%(why)s)") % {
            "since": london_time(account.unavailable_since),
            "why": account.unavailable_why,
        }
    credential = ims_settings().credentials.get(account.code)
    if credential is None or not credential.api_key:
        return _("It has no key in the settings")
    try:
        provider_class(account.provider)
    except UnknownProvider:
        return _("Its provider is not installed")
    return key_problem(code=account.code, provider=account.provider, is_live=account.is_live)


def is_open(account: MerchantAccount) -> bool:
    """Return whether payments can be begun through an account. Asks neither database nor provider.

    A payment that was begun before goes on all the same.
    """
    return not closed_because(account)


def close(*, account: MerchantAccount, why: str) -> None:
    """Offer nothing through an account any more, because its provider refuses it as such.

    ``why`` is the provider's code. People see it on Health and on the account's own page.
    """
    since = timezone.now()
    closed = MerchantAccount.objects.filter(pk=account.pk, unavailable_since=None).update(
        unavailable_since=since, unavailable_why=why[:60]
    )
    account.unavailable_since, account.unavailable_why = since, why[:60]
    if closed:
        logger.error(
            "merchant account %s is refused by its provider (%s): nothing is offered through it",
            account.code,
            why,
        )


def reopen(*, account: MerchantAccount) -> bool:
    """Offer an account again; return whether it was closed."""
    opened = MerchantAccount.objects.filter(pk=account.pk, unavailable_since__isnull=False).update(
        unavailable_since=None, unavailable_why=""
    )
    account.unavailable_since, account.unavailable_why = None, ""
    if opened:
        logger.warning("merchant account %s is offered again", account.code)
    return bool(opened)


def answered(*, account: MerchantAccount) -> None:
    """Take an answer of the provider as a sign that it does not refuse the account any more."""
    since = account.unavailable_since
    if since is not None and timezone.now() - since >= BELIEVE_ANSWERS_AFTER:
        reopen(account=account)
