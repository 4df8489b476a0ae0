"""Asking for a refund: checked, held back in the book, and put before a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.services import ask
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import PENNY, ZERO, format_pounds
from ims_wagtail.payments.enums import RefundRoute
from ims_wagtail.payments.models import Refund, RefundLine, RefundPayee
from ims_wagtail.payments.providers.contract import Observation

from .bank import Payee
from .deciding import KIND, subject_of
from .exceptions import RefundRefused
from .external import find_external
from .posting import source_of
from .refundable import Refundable, ask_provider, attempt_of, refundable


REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class RefundWish:
    """What somebody wants to give back: pounds by the ids of the payment's lines."""

    posting: Posting
    route: RefundRoute
    amounts: Mapping[int, Decimal]
    reason: str
    payee: Payee | None = None

    @property
    def total(self) -> Decimal:
        """What is to be given back of all lines."""
        return sum(self.amounts.values(), ZERO)


def request_refund(*, wish: RefundWish, by: Any) -> Refund:
    """Ask for a refund. Raises ``RefundRefused`` with the reason in words; nothing is kept then.

    The provider is asked first, outside any transaction: refunds made in its console are found and
    posted, and what it refuses to refund is not asked for.
    """
    attempt = attempt_of(wish.posting)
    seen = ask_provider(attempt) if attempt else None
    if attempt and seen and seen.refundable is not None and seen.refundable < wish.total:
        find_external(attempt=attempt)
    try:
        with transaction.atomic():
            refund = reserve(wish=wish, by=by, seen=seen)
            ask(
                kind=KIND,
                subject=subject_of(refund),
                title=_("Refund %(refund)s %(route)s")
                % {
                    "refund": refund.reference,
                    "route": str(refund.get_route_display()).lower(),
                },
                amount=refund.amount,
                fund_ids=fund_ids_of(refund),
                reason=refund.reason,
                by=by,
            )
    except ApprovalError as error:
        raise RefundRefused(str(error)) from error
    refund.refresh_from_db()
    return refund


def reserve(*, wish: RefundWish, by: Any, seen: Observation | None) -> Refund:
    """Write a refund down and hold its money, inside the caller's transaction.

    Whoever comes second to the same money is refused. Raises ``RefundRefused``.
    """
    reason = " ".join(wish.reason.split())
    found = refundable(posting=wish.posting, seen=seen)
    _check(found, wish, reason, by)
    if seen and wish.route == RefundRoute.CARD:
        _check_provider(seen, wish)
    attempt = found.attempt
    refund = Refund.objects.create(
        posting=wish.posting,
        attempt=attempt,
        account=attempt.account if attempt and wish.route == RefundRoute.CARD else None,
        route=wish.route,
        amount=wish.total,
        reason=reason,
        requested_by=by,
    )
    refund.refresh_from_db(fields=["reference", "requested_at"])
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, transaction_id=line_id, amount=amount)
        for line_id, amount in wish.amounts.items()
    )
    if wish.payee:
        RefundPayee.objects.create(
            refund=refund,
            name=wish.payee.name,
            sort_code=wish.payee.sort_code,
            account_number=wish.payee.account_number,
        )
    try:
        hold(source=source_of(refund), amounts=wish.amounts)
    except NotAvailable as error:
        raise RefundRefused(
            _("Somebody else has just refunded or moved this money. Look again at what is left.")
        ) from error
    funds = fund_ids_of(refund)
    audit.record(
        user=by,
        action="request refund",
        obj=refund,
        fund=funds[0] if len(funds) == 1 else None,
        after={
            "reference": refund.reference,
            "amount": refund.amount,
            "route": refund.route,
            "reason": reason,
            "payment": wish.posting.source,
        },
    )
    return refund


def fund_ids_of(refund: Refund) -> list[int]:
    """Return the ids of the funds a refund takes from."""
    funds = refund.lines.order_by().values_list("transaction__fund_id", flat=True).distinct()
    return sorted(funds)


def _check(found: Refundable, wish: RefundWish, reason: str, by: Any) -> None:
    lines = {item.line.pk: item for item in found.lines}
    mine = scope_of(by, "ims_payments.request_refund")
    if not reason:
        raise RefundRefused(_("Say why the money goes back."))
    if len(reason) > REASON_LENGTH:
        raise RefundRefused(_("The reason must be 200 characters or fewer."))
    if wish.route == RefundRoute.PROVIDER:
        raise RefundRefused(_("Choose how the money goes back."))
    if why := found.why_not_by(wish.route):
        raise RefundRefused(why)
    if not wish.amounts:
        raise RefundRefused(_("Enter an amount for at least one line."))
    for line_id, amount in wish.amounts.items():
        if line_id not in lines:
            raise RefundRefused(_("A line is not one of this payment."))
        if lines[line_id].line.fund_id not in mine:
            raise RefundRefused(
                _("You don't have the right to refund in every fund this is about.")
            )
        if amount <= 0 or amount != amount.quantize(PENNY):
            raise RefundRefused(_("An amount must be pounds and pence, and more than £0.00."))
        if amount > lines[line_id].available:
            raise RefundRefused(
                _("Of %(what)s only %(left)s can still be refunded.")
                % {
                    "what": lines[line_id].line.account_reference,
                    "left": format_pounds(lines[line_id].available),
                }
            )
    if (wish.route == RefundRoute.BANK) != (wish.payee is not None):
        raise RefundRefused(_("A refund to a bank account needs the account, no other does."))


def _check_provider(seen: Observation, wish: RefundWish) -> None:
    if seen.refundable is not None and wish.total > seen.refundable:
        raise RefundRefused(
            _("The provider can give back only %(left)s of this payment.")
            % {"left": format_pounds(seen.refundable)}
        )
