"""Asking for a pack of evidence."""

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import Fund

from .models import EvidencePack
from .packing import PEOPLE, scope_of_packs
from .tasks import make_pack


class EvidenceRefused(Exception):
    """A pack is not made; the message is fit to show to staff."""


def ask_for_pack(
    *,
    by: Any,
    wanted: int,
    since: date,
    until: date,
    fund: Fund | None = None,
    seed: int | None = None,
    with_people: bool = False,
) -> EvidencePack:
    """Let a worker make a pack of so many transactions by accounting date, both days included.

    Without a seed one is drawn; the same seed draws the same transactions as long as there come no
    others. Raises ``EvidenceRefused`` without the right in the fund, or to personal data.
    """
    scope = scope_of_packs(by)
    if not scope or (fund and fund.pk not in scope):
        raise EvidenceRefused(_("You don't have the right to take evidence from these funds."))
    if with_people and not scope_of(by, PEOPLE[0]):
        raise EvidenceRefused(_("You don't have the right to see who paid."))
    with transaction.atomic():
        pack = EvidencePack.objects.create(
            wanted=wanted,
            seed=secrets.randbelow(10**9) if seed is None else seed,
            since=since,
            until=until,
            fund=fund,
            with_people=with_people,
            requested_by=by,
        )
        audit.record(user=by, action="ask for evidence", obj=pack, fund=fund, after=_facts(pack))
        make_pack.enqueue(pack_id=pack.pk)
    return pack


def make_again(*, pack: EvidencePack, by: Any) -> None:
    """Let another worker make a pack whose worker has died. Raises ``EvidenceRefused``."""
    if pack.requested_by_id != by.pk or not scope_of_packs(by):
        raise EvidenceRefused(_("It is somebody else's."))
    if not pack.has_stopped:
        raise EvidenceRefused(_("It is being made, or is made already."))
    with transaction.atomic():
        audit.record(user=by, action="make evidence again", obj=pack, fund=pack.fund)
        make_pack.enqueue(pack_id=pack.pk)


def _facts(pack: EvidencePack) -> dict[str, Any]:
    names = ("wanted", "seed", "since", "until", "with_people")
    return {name: getattr(pack, name) for name in names}
