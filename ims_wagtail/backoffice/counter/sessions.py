"""Opening a cashier session, cashing it up, and confirming somebody else's cash-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.naming import name_of
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO, format_pounds

from .models import CashCount, CashierSession, SessionTotal
from .rights import may_close


class SessionRefused(Exception):
    """The session can't be opened, closed or confirmed; the message is fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Pounds of one method that a cashier says are there, and why they differ."""

    amount: Decimal
    reason: str = ""


def open_session_at(*, user: Any, office: Office, opening_float: Decimal) -> CashierSession:
    """Open a session of the user at an office. Raises ``SessionRefused`` when one is open there."""
    try:
        with transaction.atomic():
            session = CashierSession.objects.create(
                person=user,
                office=office,
                opening_float=opening_float,
                opened_at=timezone.now(),  # by the clock that it is closed by
            )
            audit.record(
                user=user,
                action="open cashier session",
                obj=session,
                after={"office": str(office), "float": opening_float},
            )
    except IntegrityError as error:
        raise SessionRefused(_("You have a session open at this office already.")) from error
    return session


def taken_in(session: CashierSession) -> dict[int, Decimal]:
    """Return what the book says was received in a session, in pounds by method; one query.

    Without what was voided before it was cashed up.
    """
    lines = Transaction.objects.filter(
        posting__counter_receipt__session=session,
        posting__counter_receipt__voided__session__isnull=True,
    )
    return dict(lines.order_by().values_list("method").annotate(total=Sum("amount")))


def taken_by_session(sessions: Sequence[CashierSession]) -> dict[int, Decimal]:
    """Return what ``taken_in`` does of each session, in total, by its id; one query."""
    name = "posting__counter_receipt__session"
    lines = Transaction.objects.filter(
        **{f"{name}__in": sessions}, posting__counter_receipt__voided__session__isnull=True
    )
    return dict(lines.order_by().values_list(name).annotate(total=Sum("amount")))


def expected_in(session: CashierSession, *, cash: MethodOfPayment | None) -> dict[int, Decimal]:
    """Return what should be in the till: what was received, and the float with the cash."""
    expected = taken_in(session)
    if cash is not None and (session.opening_float or cash.pk in expected):
        expected[cash.pk] = expected.get(cash.pk, ZERO) + session.opening_float
    return expected


def cash_of_council() -> MethodOfPayment | None:
    """Return the method by which cash is taken, if the council has one."""
    return MethodOfPayment.objects.filter(kind=MethodKind.CASH, is_default=True).first()


def cash_up(
    *,
    user: Any,
    session: CashierSession,
    counts: Mapping[Decimal, int],
    declared: Mapping[int, Declared],
    reason: str = "",
) -> CashierSession:
    """Close a session with what the user counted and declares; for good.

    ``counts`` holds how many of each coin and note, ``declared`` everything else by the id of its
    method; what is declared of cash gives only the reason. ``reason`` says why somebody closes the
    session of another. Raises ``SessionRefused`` without one, when a difference has none, when the
    user may not, or the session is closed already. Waits for what is being taken.
    """
    with transaction.atomic():
        locked = lock_session(session)
        if locked.closed_at is not None:
            raise SessionRefused(_("This session is closed already."))
        if not may_close(user, locked):
            raise SessionRefused(_("You may not close this session."))
        is_own = locked.person_id == user.pk
        if not is_own and not reason:
            raise SessionRefused(_("Say why you close the session of somebody else."))
        totals = _totals(locked, counts=counts, declared=declared)
        lacking = [total for total in totals if total.difference and not total.reason]
        if lacking:
            raise SessionRefused(
                " ".join(
                    _("%(method)s: %(declared)s counted, %(expected)s expected. Say why.")
                    % {
                        "method": total.method.name,
                        "declared": format_pounds(total.declared),
                        "expected": format_pounds(total.expected),
                    }
                    for total in lacking
                )
            )
        SessionTotal.objects.bulk_create(totals)
        CashCount.objects.bulk_create(
            CashCount(session=locked, denomination=value, number=number)
            for value, number in counts.items()
            if number
        )
        locked.closed_at, locked.closed_by = timezone.now(), user
        locked.close_reason = "" if is_own else reason
        locked.save(update_fields=["closed_at", "closed_by", "close_reason"])
        audit.record(
            user=user,
            action="close cashier session" if is_own else "close cashier session of another",
            obj=locked,
            after={
                total.method.name: f"{total.declared} of {total.expected} {total.reason}".strip()
                for total in totals
            }
            | ({} if is_own else {"cashier": name_of(locked.person), "reason": reason}),
        )
    return locked


def confirm(*, user: Any, session: CashierSession) -> CashierSession:
    """Confirm the cash-up of somebody else. Raises ``SessionRefused``."""
    with transaction.atomic():
        locked = lock_session(session)
        if locked.closed_at is None:
            raise SessionRefused(_("It has not been cashed up yet."))
        if locked.person_id == user.pk:
            raise SessionRefused(_("Somebody else confirms your cash-up."))
        if locked.closed_by_id == user.pk:
            raise SessionRefused(_("Somebody else confirms what you counted."))
        if locked.confirmed_at is not None:
            raise SessionRefused(_("It has been confirmed already."))
        locked.confirmed_at, locked.confirmed_by = timezone.now(), user
        locked.save(update_fields=["confirmed_at", "confirmed_by"])
        audit.record(user=user, action="confirm cashier session", obj=locked)
    return locked


def lock_session(session: CashierSession) -> CashierSession:
    """Return a session that nobody else closes or confirms until the transaction ends."""
    return CashierSession.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)


def _totals(
    session: CashierSession,
    *,
    counts: Mapping[Decimal, int],
    declared: Mapping[int, Declared],
) -> list[SessionTotal]:
    cash = cash_of_council()
    counted = sum((value * number for value, number in counts.items()), ZERO)
    expected = expected_in(session, cash=cash)
    methods = MethodOfPayment.objects.in_bulk(
        {*expected, *declared, *((cash.pk,) if cash and counted else ())}
    )
    totals = []
    for pk, method in sorted(methods.items()):
        said = declared.get(pk, Declared(ZERO))
        amount = counted if cash and pk == cash.pk else said.amount
        if amount or expected.get(pk):
            totals.append(
                SessionTotal(
                    session=session,
                    method=method,
                    expected=expected.get(pk, ZERO),
                    declared=amount,
                    reason=said.reason,
                )
            )
    return totals
