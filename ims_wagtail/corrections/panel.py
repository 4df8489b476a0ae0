"""Corrections on the staff page of a posting: what was done, and what can be done now."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting

from .enums import CorrectionKind
from .kinds import VIEW, permission_to_ask
from .models import Correction
from .movable import Movable, movable, scope_to_move
from .undoing import why_not_undo


class CorrectionPanel(Component):
    """The corrections of a posting's lines, and the ways to another or why there are none."""

    template_name = "ims_wagtail/corrections/panel.html"

    def __init__(
        self,
        posting: Posting,
        corrections: list[Correction],
        found: Movable | None,
        undo: str | None,
    ) -> None:
        self.posting, self.corrections, self.found, self.undo = posting, corrections, found, undo

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {
            "posting": self.posting,
            "corrections": self.corrections,
            "found": self.found,
            "is_undoable": self.undo is not None,
            "why_not_undo": self.undo,
        }


def correction_panel(posting: Posting, request: HttpRequest) -> CorrectionPanel | None:
    """Return the panel of a posting, for readers who see corrections or may ask for one."""
    user = request.user
    found = movable(posting=posting, by=user) if scope_to_move(user) else None
    if found is not None and (found.is_foreign or not found.lines):
        found = None
    corrections = _corrections_of(posting, user)
    undo = _undo(posting, user)
    if not corrections and found is None and undo is None:
        return None
    return CorrectionPanel(posting, corrections, found, undo)


def _corrections_of(posting: Posting, user: Any) -> list[Correction]:
    sees = scope_of(user, VIEW)
    if not sees:
        return []
    touching = Correction.objects.filter(
        Q(takes__transaction__posting=posting) | Q(posting=posting) | Q(undoes=posting)
    )
    if not sees.every:
        touching = touching.filter(funds__in=sees.fund_ids)
    return list(Correction.objects.filter(pk__in=touching.values("pk")).order_by("pk"))


def _undo(posting: Posting, user: Any) -> str | None:
    """Return why a journal or transfer can't be undone, or nothing; None for other postings."""
    if posting.kind not in (PostingKind.JOURNAL, PostingKind.TRANSFER):
        return None
    mine = scope_of(user, *map(permission_to_ask, CorrectionKind))
    if not mine:
        return None
    fund_ids = set(posting.lines.order_by().values_list("fund_id", flat=True))
    if not any(fund_id in mine for fund_id in fund_ids):
        return None
    if any(fund_id not in mine for fund_id in fund_ids):
        return _("Some of its lines are in funds in which you may not move money.")
    return why_not_undo(posting)
