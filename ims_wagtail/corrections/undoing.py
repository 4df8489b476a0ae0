"""Which postings can be undone, and what undoing one moves."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import format_pounds

from .enums import CorrectionKind, CorrectionState
from .models import Correction
from .wishes import To


_KINDS = {
    PostingKind.JOURNAL: CorrectionKind.JOURNAL,
    PostingKind.TRANSFER: CorrectionKind.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class Opposite:
    """What undoing a posting takes, line by line, and the accounts it gives back to."""

    kind: CorrectionKind
    lines: tuple[Transaction, ...]
    gives: tuple[To, ...]


def opposite(posting: Posting) -> Opposite:
    """Return what undoing a journal or transfer moves. It takes the permission of what it was."""
    made = Correction.objects.filter(posting=posting).first()
    kind = CorrectionKind(made.kind) if made else _KINDS[PostingKind(posting.kind)]
    every = posting.lines.select_related("fund", "vat_code").order_by("line_number")
    return Opposite(
        kind=kind,
        lines=tuple(line for line in every if line.amount > 0),
        gives=tuple(
            To(line.fund, line.account_reference, -line.amount, line.vat_code, line.narrative)
            for line in every
            if line.amount < 0
        ),
    )


def why_not_undo(posting: Posting) -> str:
    """Return why a posting can't be undone, in words; nothing when it can."""
    if posting.kind not in _KINDS:
        return _("Only journals and transfers can be undone.")
    if Posting.objects.filter(reverses=posting).exists():
        return _("It has been undone already.")
    waiting = Correction.objects.filter(undoes=posting, state=CorrectionState.WAITING).first()
    if waiting:
        return _("That it be undone has been asked for already: %(number)s.") % {
            "number": waiting.reference
        }
    lines = opposite(posting).lines
    left = available(line.pk for line in lines)
    for line in lines:
        if left[line.pk] < line.amount:
            return _(
                "Of the %(whole)s on %(reference)s only %(left)s is left: the rest has been "
                "refunded, moved again, or is held for something under way. Move what is left."
            ) % {
                "whole": format_pounds(line.amount),
                "reference": line.account_reference,
                "left": format_pounds(left[line.pk]),
            }
    return ""
