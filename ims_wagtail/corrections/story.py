"""What staff see of a correction: both sides, its approval and its posting."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.selectors import for_subject

from .enums import CorrectionKind, CorrectionState
from .kinds import VIEW, permission_to_ask
from .models import Correction, CorrectionGive, CorrectionTake
from .sources import subject_of
from .undoing import why_not_undo


@dataclass(frozen=True, slots=True)
class CorrectionStory:
    """A correction as one reader may see it."""

    correction: Correction
    takes: list[CorrectionTake]
    gives: list[CorrectionGive]
    hidden: int
    approval: Approval | None
    asker: str
    decider: str
    may_undo: bool
    why_not_undo: str


def story_of(correction: Correction, *, reader: Any) -> CorrectionStory:
    """Tell the story of a correction to a reader, in a constant number of queries."""
    seen = scope_of(reader, VIEW)
    every_take = list(
        correction.takes.select_related("transaction__fund", "transaction__vat_code").order_by(
            "transaction_id"
        )
    )
    every_give = list(correction.gives.select_related("fund", "vat_code").order_by("number"))
    takes = [take for take in every_take if take.transaction.fund_id in seen]
    gives = [give for give in every_give if give.fund_id in seen]
    approval = for_subject(subject_of(correction))
    acts = scope_of(reader, permission_to_ask(CorrectionKind(correction.kind)))
    may_undo = (
        correction.state == CorrectionState.POSTED
        and correction.undoes_id is None
        and any(give.fund_id in acts for give in gives)
    )
    return CorrectionStory(
        correction=correction,
        takes=takes,
        gives=gives,
        hidden=len(every_take) + len(every_give) - len(takes) - len(gives),
        approval=approval,
        asker=name_of(correction.requested_by),
        decider=name_of(approval.decided_by) if approval else "",
        may_undo=may_undo,
        why_not_undo=_why_not(correction) if may_undo else "",
    )


def _why_not(correction: Correction) -> str:
    if correction.posting is None:
        return _("It was not posted.")
    return why_not_undo(correction.posting)
