"""Writing a correction down: its rows, what it holds of the book, and the request to approve it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.services import ask
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting, Transaction

from .enums import CorrectionKind
from .exceptions import CorrectionRefused
from .models import Correction, CorrectionGive, CorrectionTake
from .sources import source_of
from .wishes import To, total


def put_up(
    *,
    kind: CorrectionKind,
    draw: Callable[[], Mapping[int, Decimal]],
    tries: int,
    gives: Sequence[To],
    reason: str,
    by: Any,
    undoes: Posting | None = None,
) -> Correction:
    """Hold what ``draw`` finds, in pounds by line, and ask for approval; all or nothing.

    Whoever comes second to the same money draws again, ``tries`` times in all. Raises
    ``CorrectionRefused``.
    """
    try:
        with transaction.atomic():
            correction = _create(kind, gives, reason, by, undoes)
            takes = _hold(correction, draw, tries)
            fund_ids = _write_sides(correction, takes, gives)
            _record(correction, fund_ids, by)
            ask(
                kind=correction.kind,
                subject=source_of(correction),
                title=_title(correction),
                amount=correction.amount,
                fund_ids=fund_ids,
                reason=reason,
                by=by,
            )
    except ApprovalError as error:
        raise CorrectionRefused(str(error)) from error
    correction.refresh_from_db()
    return correction


def _create(
    kind: CorrectionKind, gives: Sequence[To], reason: str, by: Any, undoes: Posting | None
) -> Correction:
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                kind=kind, amount=total(gives), reason=reason, requested_by=by, undoes=undoes
            )
    except IntegrityError as error:
        if "ims_a_posting_is_undone_once" not in str(error):
            raise
        raise CorrectionRefused(_("Somebody else has just asked to undo this.")) from error
    correction.refresh_from_db(fields=["reference", "requested_at"])
    return correction


def _hold(
    correction: Correction, draw: Callable[[], Mapping[int, Decimal]], tries: int
) -> Mapping[int, Decimal]:
    for _try in range(tries):
        takes = draw()
        try:
            hold(source=source_of(correction), amounts=takes)
        except NotAvailable:
            continue
        return takes
    raise CorrectionRefused(
        _("Somebody else has just refunded or moved this money. Look again at what is left.")
    )


def _write_sides(
    correction: Correction, takes: Mapping[int, Decimal], gives: Sequence[To]
) -> list[int]:
    """Write both sides down; return the ids of the funds they are about."""
    CorrectionTake.objects.bulk_create(
        CorrectionTake(correction=correction, transaction_id=line_id, amount=amount)
        for line_id, amount in takes.items()
    )
    CorrectionGive.objects.bulk_create(
        CorrectionGive(
            correction=correction,
            number=number,
            fund=to.fund,
            account_reference=to.reference,
            vat_code=to.vat_code or to.fund.vat_code,
            amount=to.amount,
            narrative=to.narrative,
        )
        for number, to in enumerate(gives, start=1)
    )
    sources = Transaction.objects.filter(pk__in=list(takes)).order_by()
    fund_ids = set(sources.values_list("fund_id", flat=True)) | {to.fund.pk for to in gives}
    correction.funds.set(fund_ids)
    return sorted(fund_ids)


def _record(correction: Correction, fund_ids: list[int], by: Any) -> None:
    audit.record(
        user=by,
        action=f"request {correction.kind}",
        obj=correction,
        fund=fund_ids[0] if len(fund_ids) == 1 else None,
        after={
            "reference": correction.reference,
            "amount": correction.amount,
            "reason": correction.reason,
            "undoes": correction.undoes.in_words if correction.undoes else "",
        },
    )


def _title(correction: Correction) -> str:
    words = {
        "kind": correction.get_kind_display(),
        "number": correction.reference,
    }
    if correction.undoes:
        return _("%(kind)s %(number)s, undoing: %(undone)s") % {
            **words,
            "undone": correction.undoes.in_words,
        }
    return _("%(kind)s %(number)s") % words
