"""Moving money as something that can be done with a posting, or why not."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import format_pounds

from .enums import CorrectionKind
from .kinds import permission_to_ask
from .movable import Movable, movable, scope_to_move
from .undoing import why_not_undo


def correction_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer to move money of a posting, to write it off, to transfer, and to undo it."""
    found = movable(posting=posting, by=user) if scope_to_move(user) else None
    if found is None or found.is_foreign:
        not_mine = _("You don't have the right to move money in these funds.")
        yield Action(_("Move this money"), why_not=not_mine)
        yield Action(_("Write off"), why_not=not_mine)
    else:
        yield from _moves(posting, found)
    transfer = _("Transfer between accounts")
    if scope_of(user, permission_to_ask(CorrectionKind.TRANSFER)):
        yield Action(transfer, url=reverse("ims_corrections:transfer"))
    else:
        yield Action(transfer, why_not=_("You don't have the right to transfer money."))
    if posting.kind in (PostingKind.JOURNAL, PostingKind.TRANSFER):
        why_not = _why_not_undo(posting, user)
        url = "" if why_not else reverse("ims_corrections:undo", args=[posting.pk])
        yield Action(_("Undo"), url=url, why_not=why_not)


def _moves(posting: Posting, found: Movable) -> Iterator[Action]:
    url = reverse("ims_corrections:move", args=[posting.pk])
    if found.why_not:
        yield Action(_("Move this money"), why_not=found.why_not)
    elif CorrectionKind.JOURNAL in found.kinds:
        yield Action(_("Reallocate the whole payment"), url=f"{url}?all=1")
        for item in found.lines:
            label = _("Move this money (%(reference)s)") % {"reference": item.line.reference}
            words = {
                "left": format_pounds(item.available),
                "account": item.line.account_reference,
            }
            if item.available:
                note = _("%(account)s: %(left)s can be moved.") % words
                yield Action(label, url=f"{url}?line={item.line.pk}", note=note)
            else:
                why_not = _("%(account)s: all of it has been refunded, moved, or is held.") % words
                yield Action(label, why_not=why_not)
    else:
        why_not = _("You don't have the right to ask for journals in these funds.")
        yield Action(_("Move this money"), why_not=why_not)
    if found.why_not:
        yield Action(_("Write off"), why_not=found.why_not)
    elif CorrectionKind.WRITE_OFF in found.kinds:
        yield Action(_("Write off"), url=f"{url}?all=1&kind={CorrectionKind.WRITE_OFF}")
    else:
        why_not = _("You don't have the right to write money off in these funds.")
        yield Action(_("Write off"), why_not=why_not)


def _why_not_undo(posting: Posting, user: Any) -> str:
    mine = scope_of(user, *map(permission_to_ask, CorrectionKind))
    fund_ids = set(posting.lines.order_by().values_list("fund_id", flat=True))
    if not any(fund_id in mine for fund_id in fund_ids):
        return _("You don't have the right to move money in these funds.")
    if any(fund_id not in mine for fund_id in fund_ids):
        return _("Some of its lines are in funds in which you may not move money.")
    return why_not_undo(posting)
