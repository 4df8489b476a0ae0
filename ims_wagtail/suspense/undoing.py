"""Taking an allocation back as a whole: everything goes to suspense again."""

from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import available, hold
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import format_pounds

from .allocating import put_up
from .checking import check_reason, check_scope
from .deciding import source_of
from .exceptions import SuspenseRefused
from .models import Allocation


def why_not_undo(allocation: Allocation) -> str:
    """Return why an allocation can't be taken back, in words; nothing when it can."""
    if allocation.posting is None:
        return _("It was not posted.")
    if allocation.undoes_id:
        return _("It takes another allocation back: allocate the money again instead.")
    if Posting.objects.filter(reverses=allocation.posting).exists():
        return _("It has been undone already.")
    waiting = Allocation.objects.filter(undoes=allocation, state=CorrectionState.WAITING).first()
    if waiting:
        return _("That it be undone has been asked for already: %(number)s.") % {
            "number": waiting.reference
        }
    puts = _puts(allocation.posting)
    left = available(line.pk for line in puts)
    credited = [line.pk for line in puts if line.amount < 0]
    touched = set(
        Transaction.objects.filter(corrects__in=credited).values_list("corrects_id", flat=True)
    )
    for line in puts:
        if line.pk in touched or (line.amount > 0 and left[line.pk] < line.amount):
            return _(
                "Of the %(whole)s on %(reference)s part has been refunded or moved since, or is "
                "held for something under way. Move what is left."
            ) % {"whole": format_pounds(line.amount), "reference": line.account_reference}
    return ""


def request_undo(*, allocation: Allocation, reason: str, by: Any) -> Allocation:
    """Ask to take an allocation back as a whole. Raises ``SuspenseRefused``.

    The money goes back to where it was: to its items in suspense.
    """
    posting, why = allocation.posting, why_not_undo(allocation)
    if posting is None or why:
        raise SuspenseRefused(why)
    fund_ids = sorted(set(posting.lines.order_by().values_list("fund_id", flat=True)))
    check_scope(by, fund_ids)
    tidy = check_reason(reason)
    try:
        with transaction.atomic():
            back = _create(allocation, tidy, by)
            kept = {line.pk: line.amount for line in _puts(posting) if line.amount > 0}
            hold(source=source_of(back), amounts=kept)
            put_up(back, fund_ids, by)
    except ApprovalError as error:
        raise SuspenseRefused(str(error)) from error
    except NotAvailable as error:
        raise SuspenseRefused(
            _("Somebody else has just refunded or moved this money. Look again at what is left.")
        ) from error
    back.refresh_from_db()
    return back


def _create(allocation: Allocation, reason: str, by: Any) -> Allocation:
    try:
        with transaction.atomic():
            return Allocation.objects.create(
                form_key=uuid4(),
                amount=allocation.amount,
                reason=reason,
                requested_by=by,
                undoes=allocation,
            )
    except IntegrityError as error:
        if "ims_an_allocation_is_undone_once" not in str(error):
            raise
        raise SuspenseRefused(_("Somebody else has just asked to undo this.")) from error


def _puts(posting: Posting) -> list[Transaction]:
    """Return the lines by which an allocation put money down, credit notes among them."""
    return list(posting.lines.filter(corrects=None).order_by("line_number"))
