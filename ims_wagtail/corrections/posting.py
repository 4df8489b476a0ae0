"""What a correction writes into the book. Runs inside the caller's transaction."""

from django.db.models import QuerySet

from ims_wagtail.access.people import office_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import VatCode
from ims_wagtail.funds.selectors import NotSetUp, vat_rate
from ims_wagtail.ledger.corrections import Give, Take, move
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import reverse

from .checking import check_gives
from .enums import CorrectionKind
from .exceptions import CorrectionRefused
from .kinds import POSTS_AS
from .models import Correction, CorrectionGive
from .targets import funds_with_rules
from .wishes import To


def post_correction(correction: Correction, *, source: str) -> Posting:
    """Post a correction dated today, by whoever asked for it, at their office.

    Raises ``CorrectionRefused``. The targets are checked again: a day or a fortnight has gone by
    since it was asked for.
    """
    office = office_of(correction.requested_by)
    if correction.undoes:
        return reverse(
            posting=correction.undoes,
            source=source,
            narrative=correction.reason,
            by=correction.requested_by,
            office=office,
        ).posting
    kind = CorrectionKind(correction.kind)
    targets = targets_of(correction.gives.order_by("number"))
    try:
        posted = move(
            kind=POSTS_AS[kind],
            source=source,
            takes=[
                Take(take.transaction, take.amount)
                for take in correction.takes.select_related("transaction").order_by(
                    "transaction_id"
                )
            ],
            gives=[give_of(to) for to in check_gives(kind, targets)],
            narrative=correction.reason,
            by=correction.requested_by,
            office=office,
        )
    except NotSetUp as missing:
        raise CorrectionRefused(str(missing)) from missing
    return posted.posting


def targets_of(rows: QuerySet[CorrectionGive]) -> list[To]:
    """Return what was asked for as targets, in the order of the rows; five queries."""
    gives = list(rows)
    funds = funds_with_rules({give.fund_id for give in gives}).in_bulk()
    codes = VatCode.objects.prefetch_related("rates").in_bulk({give.vat_code_id for give in gives})
    return [
        To(
            funds[give.fund_id],
            give.account_reference,
            give.amount,
            codes[give.vat_code_id],
            give.narrative,
        )
        for give in gives
    ]


def give_of(to: To) -> Give:
    """Return a checked target as the ledger takes it, at today's rate of VAT."""
    code = to.vat_code or to.fund.vat_code
    return Give(
        fund_id=to.fund.pk,
        account_reference=to.reference,
        amount=to.amount,
        vat_code_id=code.pk,
        vat_rate=vat_rate(code, accounting_date()),
        narrative=to.narrative,
    )
