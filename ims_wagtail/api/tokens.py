"""Tokens of systems: made once, kept as hashes, counted by the minute."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ims_wagtail.access import audit
from ims_wagtail.imports.models import ImportType

from .models import ApiToken


#: Requests a token may make within a minute.
MOST_A_MINUTE = 60
_MINUTE = timedelta(minutes=1)


@transaction.atomic
def make_token(*, name: str, import_types: Iterable[ImportType]) -> str:
    """Make a token for a system and return it; it can't be read again."""
    token = f"ims_{secrets.token_urlsafe(32)}"
    made = ApiToken.objects.create(name=name, digest=digest_of(token))
    types = list(import_types)
    made.import_types.set(types)
    audit.record(
        user=None,
        action="make API token",
        obj=made,
        after={"import_types": [one.code for one in types]},
    )
    return token


@transaction.atomic
def revoke_token(*, name: str) -> None:
    """Let a token count no more. Raises ``LookupError`` when there is none of that name."""
    found = ApiToken.objects.select_for_update().filter(name=name, revoked_at=None).first()
    if found is None:
        raise LookupError(name)
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    audit.record(
        user=None, action="revoke API token", obj=found, after={"revoked_at": found.revoked_at}
    )


def token_of(text: str) -> ApiToken | None:
    """Return the token that counts, if it does."""
    return ApiToken.objects.filter(digest=digest_of(text), revoked_at=None).first()


@transaction.atomic
def may_ask_now(token: ApiToken) -> bool:
    """Count a request; say whether it is among those a token may make within a minute."""
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    now = timezone.now()
    if held.counted_from <= now - _MINUTE:
        held.counted_from, held.count = now, 0
    held.count += 1
    held.save(update_fields=["counted_from", "count"])
    return held.count <= MOST_A_MINUTE


def digest_of(token: str) -> str:
    """Return what is kept of a token: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
