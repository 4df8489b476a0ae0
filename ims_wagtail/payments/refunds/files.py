"""Files of refunds for the bank: each refund stands in one, and is posted once it was paid."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import FundScopedPolicy, Scope, scope_of
from ims_wagtail.ledger.holds import release
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundFile, RefundLine

from .exceptions import RefundRefused
from .posting import source_of
from .recording import fail, return_to_us, succeed


HEADINGS = ("Sort code", "Account number", "Name", "Amount", "Reference")
#: Whoever makes a file waits for who is making one: their numbers follow each other.
_NUMBERS = 1_704_002


class RefundFilePolicy(FundScopedPolicy):
    """A file is seen by who works in every fund of it: it can't be taken away in parts."""

    def _within(self, scope: Scope, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
        files = RefundFile.objects.all() if rows is None else rows
        if scope.every:
            return files
        foreign = RefundLine.objects.filter(refund__files=OuterRef("pk")).exclude(
            transaction__fund_id__in=scope.fund_ids
        )
        return files.filter(~Exists(foreign))


def waiting_for_file(by: Any) -> QuerySet[Refund]:
    """Return the approved refunds to bank accounts that a person may put into a file."""
    scope = scope_of(by, "ims_payments.add_refundfile")
    refunds = Refund.objects.filter(
        route=RefundRoute.BANK, state=RefundState.APPROVED, payee__isnull=False
    )
    if not scope.every:
        foreign = RefundLine.objects.filter(refund=OuterRef("pk")).exclude(
            transaction__fund_id__in=scope.fund_ids
        )
        refunds = refunds.filter(~Exists(foreign))
    return refunds.order_by("pk")


@transaction.atomic
def make_file(*, by: Any) -> RefundFile:
    """Put everything that waits into a new file. Raises ``RefundRefused`` when nothing does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
    refunds = list(waiting_for_file(by).select_for_update(of=("self",)))
    if not refunds:
        raise RefundRefused(_("No refund waits for a file."))
    last = RefundFile.objects.aggregate(last=Max("number"))["last"] or 0
    made = RefundFile.objects.create(
        number=last + 1, made_by=by, total=sum((refund.amount for refund in refunds), ZERO)
    )
    made.refunds.set(refunds)
    now = timezone.now()
    for refund in refunds:
        refund.state = RefundState.SUBMITTED
        refund.sent_at = now
        refund.save(update_fields=["state", "sent_at"])
    _record(made, by=by, action="make refund file", refunds=len(refunds))
    return made


def rows_of(made: RefundFile) -> Iterator[list[Any]]:
    """Yield the rows of a file: the same whenever it is downloaded."""
    for refund in made.refunds.select_related("payee").order_by("pk"):
        payee = refund.payee
        yield [
            payee.sort_code,
            payee.account_number,
            payee.name,
            refund.amount,
            refund.reference,
        ]


@transaction.atomic
def confirm_file(*, file_id: int, by: Any) -> RefundFile:
    """Post every refund of a file that the bank has paid; those marked before are left out."""
    made = RefundFile.objects.select_for_update().get(pk=file_id)
    if made.confirmed_at is not None:
        raise RefundRefused(_("This file has been confirmed already."))
    paid = made.refunds.filter(state=RefundState.SUBMITTED).order_by("pk")
    count = len([succeed(refund_id=pk) for pk in list(paid.values_list("pk", flat=True))])
    made.confirmed_at = timezone.now()
    made.save(update_fields=["confirmed_at"])
    _record(made, by=by, action="confirm refund file", refunds=count)
    return made


@transaction.atomic
def mark_returned(*, refund_id: int, by: Any, why: str) -> Refund:
    """Note that the bank did not pay one refund, or that it came back after it was posted."""
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    words = " ".join(why.split())
    if not words:
        raise RefundRefused(_("Say why the bank returned it."))
    if refund.route != RefundRoute.BANK or refund.state not in (
        RefundState.SUBMITTED,
        RefundState.SUCCEEDED,
    ):
        raise RefundRefused(_("Only what was sent to a bank account can come back from there."))
    before = refund.state
    if before == RefundState.SUBMITTED:
        after = fail(
            refund_id=refund_id,
            problem=f"Returned by the bank: {words}",
            known_as=RefundState.SUBMITTED,
        )
    else:
        after = return_to_us(refund_id=refund_id, problem=f"Returned by the bank: {words}")
    audit.record(
        user=by,
        action="mark refund returned",
        obj=refund,
        before={"state": before},
        after={"state": after.state, "why": words},
    )
    return after


@transaction.atomic
def give_up(*, refund_id: int, by: Any) -> Refund:
    """Withdraw a refund that was approved and has not been sent; its money is free again."""
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    if refund.state != RefundState.APPROVED:
        raise RefundRefused(_("It has been sent, or is over: it can't be given up any more."))
    refund.state = RefundState.WITHDRAWN
    refund.finished_at = timezone.now()
    refund.next_check_at = None
    refund.save(update_fields=["state", "finished_at", "next_check_at"])
    release(source=source_of(refund))
    audit.record(
        user=by,
        action="give up refund",
        obj=refund,
        before={"state": RefundState.APPROVED},
        after={"state": refund.state},
    )
    return refund


def _record(made: RefundFile, *, by: Any, action: str, refunds: int) -> None:
    audit.record(
        user=by,
        action=action,
        obj=made,
        after={"number": made.number, "total": made.total, "refunds": refunds},
    )
