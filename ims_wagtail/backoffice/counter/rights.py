"""Who may take money at the counter, by which methods, and who may confirm and return."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from ims_wagtail.access.people import methods_for
from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.backoffice.taking.rights import taking_scope
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.models import Order

from .models import CashierSession, CounterReceipt
from .policy import SessionPolicy


TAKE = "ims_backoffice.take_at_counter"
VIEW = "ims_backoffice.view_cashiersession"
CLOSE = "ims_backoffice.close_cashiersession"
CONFIRM = "ims_backoffice.confirm_cashiersession"
RETURN = "ims_backoffice.return_cheque"
VOID = "ims_backoffice.void_receipt"

#: A bank may return these, and a stop message may refuse them.
CHEQUE_KINDS = (MethodKind.CHEQUE, MethodKind.POST)
#: What is handed over piece by piece, each with its own amount.
_PIECES = {
    Channel.COUNTER: (MethodKind.CHEQUE, MethodKind.POSTAL_ORDER),
    Channel.POST: (*CHEQUE_KINDS, MethodKind.POSTAL_ORDER),
}


def counter_scope(user: Any) -> Scope:
    """Return the funds for which the user may take cash, cheques and postal orders."""
    return scope_of(user, TAKE) & taking_scope(user)


def may_close(user: Any, session: CashierSession) -> bool:
    """Say whether the user may cash a session up: their own, or with the permission for others'."""
    return session.person_id == user.pk or SessionPolicy().user_has_permission_for_instance(
        user, "close", session
    )


def may_return(user: Any, order: Order) -> bool:
    """Say whether the user may take back a cheque of an order: in every fund that it is for."""
    scope = scope_of(user, RETURN)
    return all(line.fund_id in scope for line in order.lines.all())


def may_void(user: Any, receipt: CounterReceipt) -> bool:
    """Say whether the user may void a receipt: their own until they cash up, afterwards nobody's.

    What somebody else took, they may at any time, with the permission for it in every fund.
    """
    order, session = receipt.order, receipt.session
    if order.taken_by_id == user.pk:
        if session is None or session.closed_at is not None:
            return False
        scope = counter_scope(user)
    else:
        scope = scope_of(user, VOID)
    return all(line.fund_id in scope for line in order.lines.all())


def sees_whole(user: Any, order: Order) -> bool:
    """Say whether the user may see an order's lines in every fund that it is for.

    How a payment was made can't be taken apart by fund, and its amounts are nobody else's business.
    """
    scope = scope_of(user, "ims_payments.view_order", "ims_ledger.view_transaction")
    return all(line.fund_id in scope for line in order.lines.all())


def piece_methods(user: Any, channel: Channel) -> QuerySet[MethodOfPayment]:
    """Return the methods by which the user may take cheques and the like, in this channel."""
    kinds = _PIECES[channel]
    return methods_for(user).filter(kind__in=kinds, enabled=True).order_by("kind", "code")


def cash_method(user: Any) -> MethodOfPayment | None:
    """Return the council's method for cash, if the user may use it."""
    cash = methods_for(user).filter(kind=MethodKind.CASH, is_default=True, enabled=True)
    return cash.first()


def open_session(user: Any, office: Office | None) -> CashierSession | None:
    """Return the session that the user has open at an office."""
    if office is None:
        return None
    return CashierSession.objects.filter(
        person_id=user.pk, office=office, closed_at__isnull=True
    ).first()


def open_sessions(user: Any) -> Sequence[CashierSession]:
    """Return the sessions that the user has open, at whatever office."""
    mine = CashierSession.objects.filter(person_id=user.pk, closed_at__isnull=True)
    return list(mine.select_related("office").order_by("opened_at"))
