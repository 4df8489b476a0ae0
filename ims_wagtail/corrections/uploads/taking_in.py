"""Taking a file of journals in: all of its lines or none, once, and a request to approve them."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.services import ask
from ims_wagtail.corrections.checking import check_reason
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import (
    Correction,
    CorrectionGive,
    CorrectionTake,
    JournalUpload,
)
from ims_wagtail.corrections.sources import source_of, upload_subject_of
from ims_wagtail.ledger.models import Hold

from .checking import KIND, CheckedFile, CheckedLine, check_file
from .exceptions import AlreadyTakenIn, LinesRefused
from .reading import JournalLine, fingerprint_of


def take_in(*, lines: Sequence[JournalLine], file_name: str, reason: str, by: Any) -> JournalUpload:
    """Hold the money of every line and ask for approval, as many queries for ten as for a thousand.

    What the person may do alone is posted at once. Raises ``LinesRefused`` with everything that is
    wrong, ``AlreadyTakenIn`` for journals that wait or are posted, and ``CorrectionRefused``.
    """
    tidy = check_reason(reason)
    checked = check_file(lines, by=by)
    if checked.faults:
        # Most likely because the very same file has moved the money already.
        _refuse_the_same(lines)
        raise LinesRefused(checked)
    try:
        with transaction.atomic():
            upload = _create(checked, lines, file_name=file_name, reason=tidy, by=by)
            fund_ids = _write(upload, checked, tidy, by)
            audit.record(
                user=by,
                action="upload journals",
                obj=upload,
                fund=fund_ids[0] if len(fund_ids) == 1 else None,
                after={
                    "reference": upload.reference,
                    "file": upload.file_name,
                    "lines": upload.lines,
                    "amount": upload.amount,
                    "reason": tidy,
                },
            )
            ask(
                kind=KIND.value,
                subject=upload_subject_of(upload),
                title=_("%(lines)s journals from a file, %(number)s")
                % {"lines": upload.lines, "number": upload.reference},
                amount=upload.amount,
                fund_ids=fund_ids,
                reason=tidy,
                by=by,
            )
    except ApprovalError as error:
        raise CorrectionRefused(str(error)) from error
    upload.refresh_from_db()
    return upload


def _refuse_the_same(lines: Sequence[JournalLine]) -> None:
    going = (CorrectionState.WAITING, CorrectionState.POSTED)
    same = JournalUpload.objects.filter(fingerprint=fingerprint_of(lines), state__in=going).first()
    if same is not None:
        raise AlreadyTakenIn(same)


def _create(
    checked: CheckedFile, lines: Sequence[JournalLine], *, file_name: str, reason: str, by: Any
) -> JournalUpload:
    try:
        with transaction.atomic():
            upload = JournalUpload.objects.create(
                fingerprint=fingerprint_of(lines),
                file_name=file_name[:200],
                reason=reason,
                lines=len(checked.lines),
                amount=checked.total,
                requested_by=by,
            )
    except IntegrityError as error:
        if "ims_a_file_of_journals_is_taken_in_once" not in str(error):
            raise
        _refuse_the_same(lines)
        raise
    upload.refresh_from_db(fields=["reference", "requested_at"])
    return upload


def _write(upload: JournalUpload, checked: CheckedFile, reason: str, by: Any) -> list[int]:
    """Write a correction for each line and hold its money; return the ids of all funds."""
    wanted = [(line.line, *_sides(line)) for line in checked.lines]
    made = Correction.objects.bulk_create(
        Correction(
            kind=KIND,
            amount=to.amount,
            reason=line.narrative or reason,
            requested_by=by,
            upload=upload,
            upload_line=line.number,
        )
        for line, _source, to in wanted
    )
    pairs = [
        (correction, source, to)
        for correction, (_line, source, to) in zip(made, wanted, strict=True)
    ]
    # One order for all, against deadlocks.
    pairs.sort(key=lambda pair: (pair[1].pk, pair[0].pk))
    CorrectionTake.objects.bulk_create(
        (
            CorrectionTake(correction=correction, transaction=source, amount=to.amount)
            for correction, source, to in pairs
        ),
    )
    CorrectionGive.objects.bulk_create(
        (
            CorrectionGive(
                correction=correction,
                number=1,
                fund=to.fund,
                account_reference=to.reference,
                vat_code=to.vat_code or to.fund.vat_code,
                amount=to.amount,
                narrative=to.narrative,
            )
            for correction, _source, to in pairs
        ),
    )
    about = Correction.funds.through
    about.objects.bulk_create(
        (
            about(correction_id=correction.pk, fund_id=fund_id)
            for correction, source, to in pairs
            for fund_id in sorted({source.fund_id, to.fund.pk})
        ),
    )
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(
                (
                    Hold(source=source_of(correction), transaction=source, amount=to.amount)
                    for correction, source, to in pairs
                ),
            )
    except IntegrityError as error:
        raise CorrectionRefused(
            _("Somebody else has just refunded or moved some of this money. Look again.")
        ) from error
    fund_ids = {source.fund_id for _c, source, _to in pairs} | {to.fund.pk for _c, _s, to in pairs}
    upload.funds.set(fund_ids)
    return sorted(fund_ids)


def _sides(line: CheckedLine) -> tuple[Any, Any]:
    if line.taken_from is None or line.to is None:
        raise ValueError(f"line {line.line.number} has faults")
    return line.taken_from, line.to
