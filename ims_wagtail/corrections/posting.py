"""What a correction writes into the book. Runs inside the caller's transaction."""

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
from .models import Correction
from .targets import funds_with_rules
from .wishes import To


def post_correction(correction: Correction, *, source: str) -> Posting:
    """Post a correction dated today, by whoever asked for it. Raises ``CorrectionRefused``.

    The targets are checked again: a day or a fortnight has gone by since it was asked for.
    """
    if correction.undoes:
        return reverse(
            posting=correction.undoes,
            source=source,
            narrative=correction.reason,
            by=correction.requested_by,
        ).posting
    kind = CorrectionKind(correction.kind)
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
            gives=[_give(to) for to in check_gives(kind, _targets(correction))],
            narrative=correction.reason,
            by=correction.requested_by,
        )
    except NotSetUp as missing:
        raise CorrectionRefused(str(missing)) from missing
    return posted.posting


def _targets(correction: Correction) -> list[To]:
    gives = list(correction.gives.order_by("number"))
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


def _give(to: To) -> Give:
    code = to.vat_code or to.fund.vat_code
    return Give(
        fund_id=to.fund.pk,
        account_reference=to.reference,
        amount=to.amount,
        vat_code_id=code.pk,
        vat_rate=vat_rate(code, accounting_date()),
        narrative=to.narrative,
    )
