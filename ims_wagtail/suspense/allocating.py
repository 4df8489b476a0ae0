"""Asking for money to leave suspense: what staff call, whatever screen they come from."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.services import ask
from ims_wagtail.corrections.wishes import To
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Transaction

from .checking import (
    check_amounts,
    check_items,
    check_owner,
    check_reason,
    check_scope,
    checked,
)
from .deciding import source_of
from .exceptions import SuspenseRefused
from .kinds import ALLOCATION
from .models import Allocation, AllocationGive, AllocationTake, SuspenseItem
from .remaining import with_remaining
from .wishes import Wish


def request_allocation(*, wish: Wish, by: Any) -> Allocation:
    """Ask to put money of items where it belongs; one to many, many to one, in full or in part.

    What the person may do alone is posted at once; the rest is held until somebody decides. The
    same form asks once, however often it is sent. Raises ``SuspenseRefused``.
    """
    if made := Allocation.objects.filter(form_key=wish.form_key, requested_by=by).first():
        return made
    items = items_of(wish)
    sides = [*wish.gives, *wish.credit_notes]
    fund_ids = {item.fund_id for item in items.values()} | {to.fund.pk for to in sides}
    check_scope(by, fund_ids)
    check_owner(by, items.values())
    reason = check_reason(wish.reason)
    check_amounts(wish)
    check_items(wish.takes, items)
    puts = checked(wish.gives, wish.credit_notes)
    try:
        with transaction.atomic():
            allocation = Allocation.objects.create(
                form_key=wish.form_key, amount=wish.moved, reason=reason, requested_by=by
            )
            _keep_back(allocation, wish, by)
            _write_sides(allocation, wish, puts)
            put_up(allocation, sorted(fund_ids), by)
    except ApprovalError as error:
        raise SuspenseRefused(str(error)) from error
    except IntegrityError as error:
        if "form_key" not in str(error):
            raise
        return Allocation.objects.get(form_key=wish.form_key, requested_by=by)
    allocation.refresh_from_db()
    return allocation


def items_of(wish: Wish) -> dict[int, Any]:
    """Return the items a wish takes from, with what is left of them; one query."""
    items = with_remaining(SuspenseItem.objects.filter(pk__in=list(wish.takes)))
    return items.select_related("transaction", "fund", "owner").in_bulk()


def _keep_back(allocation: Allocation, wish: Wish, by: Any) -> None:
    """Hold what is taken; whoever comes second to the same money is told to look again.

    The lines are locked before their items are read again, and in one order for all.
    """
    line_ids = SuspenseItem.objects.filter(pk__in=list(wish.takes)).values("transaction_id")
    list(Transaction.objects.filter(pk__in=line_ids).order_by("pk").select_for_update())
    items = items_of(wish)
    check_owner(by, items.values())
    check_items(wish.takes, items)
    kept = {items[pk].transaction_id: part for pk, part in wish.takes.items() if part > 0}
    try:
        hold(source=source_of(allocation), amounts=kept)
    except NotAvailable as error:
        raise SuspenseRefused(
            _("Somebody else has just allocated or returned this money. Look again.")
        ) from error


def _write_sides(allocation: Allocation, wish: Wish, puts: Sequence[To]) -> None:
    AllocationTake.objects.bulk_create(
        AllocationTake(allocation=allocation, item_id=item_id, amount=amount)
        for item_id, amount in wish.takes.items()
    )
    AllocationGive.objects.bulk_create(
        AllocationGive(
            allocation=allocation,
            number=number,
            fund=to.fund,
            account_reference=to.reference,
            vat_code=to.vat_code or to.fund.vat_code,
            amount=to.amount,
            narrative=to.narrative,
        )
        for number, to in enumerate(puts, start=1)
    )


def put_up(allocation: Allocation, fund_ids: list[int], by: Any) -> None:
    """Write down who asks for an allocation, and ask for approval of it."""
    allocation.refresh_from_db(fields=["reference", "requested_at"])
    allocation.funds.set(fund_ids)
    undone = allocation.undoes.reference if allocation.undoes else ""
    audit.record(
        user=by,
        action="request suspense allocation",
        obj=allocation,
        fund=fund_ids[0] if len(fund_ids) == 1 else None,
        after={
            "reference": allocation.reference,
            "amount": allocation.amount,
            "reason": allocation.reason,
            "undoes": undone,
        },
    )
    words = {"number": allocation.reference, "undone": undone}
    ask(
        kind=ALLOCATION,
        subject=source_of(allocation),
        title=_("Suspense allocation %(number)s, undoing %(undone)s") % words
        if undone
        else _("Suspense allocation %(number)s") % words,
        amount=allocation.amount,
        fund_ids=fund_ids,
        reason=allocation.reason,
        by=by,
    )
