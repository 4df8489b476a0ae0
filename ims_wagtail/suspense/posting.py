"""What an allocation writes into the book. Runs inside the caller's transaction."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.targets import funds_with_rules
from ims_wagtail.corrections.wishes import To
from ims_wagtail.funds.models import VatCode
from ims_wagtail.funds.selectors import NotSetUp, vat_rate
from ims_wagtail.ledger.corrections import Give, Take, move
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.services import reverse

from .checking import checked, minus
from .exceptions import SuspenseRefused
from .models import Allocation, AllocationTake, SuspenseItem
from .remaining import with_remaining


def post_allocation(allocation: Allocation, *, source: str) -> Posting:
    """Post an allocation dated today, by whoever asked for it. Raises ``SuspenseRefused``.

    The accounts are checked again: a day or a fortnight has gone by since it was asked for.
    """
    if allocation.undoes:
        return reverse(
            posting=Posting.objects.get(suspense_allocation=allocation.undoes),
            source=source,
            narrative=allocation.reason,
            by=allocation.requested_by,
        ).posting
    takes = list(
        allocation.takes.select_related("item__transaction").order_by("item__transaction_id")
    )
    _check_what_is_owed(takes)
    puts = _sides(allocation)
    gives = checked(
        [to for to in puts if to.amount > 0], [minus(to) for to in puts if to.amount < 0]
    )
    lines = [take.item.transaction for take in takes]
    try:
        return move(
            kind=PostingKind.SUSPENSE_ALLOCATION,
            source=source,
            takes=[Take(take.item.transaction, take.amount) for take in takes],
            gives=[_give(to, lines) for to in gives],
            narrative=allocation.reason,
            by=allocation.requested_by,
        ).posting
    except NotSetUp as missing:
        raise SuspenseRefused(str(missing)) from missing


def _check_what_is_owed(takes: Sequence[AllocationTake]) -> None:
    """Refuse to settle more of what is owed than is owed: the book holds nothing of that back.

    All lines are locked before, in the order in which everybody locks lines.
    """
    line_ids = [take.item.transaction_id for take in takes]
    list(Transaction.objects.filter(pk__in=line_ids).order_by("pk").select_for_update())
    owed = [take.item_id for take in takes if take.amount < 0]
    # What is left already leaves out what this allocation takes.
    items = with_remaining(SuspenseItem.objects.filter(pk__in=owed))
    if any(item.remaining > 0 for item in items):
        raise SuspenseRefused(_("Part of what is owed has been settled since this was asked for."))


def _sides(allocation: Allocation) -> list[To]:
    gives = list(allocation.gives.order_by("number"))
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


def _give(to: To, lines: Sequence[Transaction]) -> Give:
    """Return a line to be written; what came by one item keeps its narrative."""
    code = to.vat_code or to.fund.vat_code
    return Give(
        fund_id=to.fund.pk,
        account_reference=to.reference,
        amount=to.amount,
        vat_code_id=code.pk,
        vat_rate=vat_rate(code, accounting_date()),
        narrative=to.narrative or (lines[0].narrative if len(lines) == 1 else ""),
    )
