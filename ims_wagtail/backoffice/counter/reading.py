"""What a session's page and its cash-up sheet tell: by method, as it is or as it was declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import ZERO

from .models import CashierSession
from .sessions import cash_of_council, expected_in, taken_in


@dataclass(frozen=True, slots=True)
class TillLine:
    """One method in a session, in pounds; nothing is declared before the cash-up."""

    method: MethodOfPayment
    received: Decimal
    opening_float: Decimal
    expected: Decimal
    declared: Decimal | None
    reason: str

    @property
    def difference(self) -> Decimal | None:
        """Pounds declared above what is expected."""
        return None if self.declared is None else self.declared - self.expected


def lines_of_session(session: CashierSession) -> Sequence[TillLine]:
    """Return a session by method; what was expected at its cash-up once it is closed."""
    cash = cash_of_council()
    received = taken_in(session)
    declared = {total.method_id: total for total in session.totals.all()}
    expected = (
        expected_in(session, cash=cash)
        if session.closed_at is None
        else {pk: total.expected for pk, total in declared.items()}
    )
    methods = MethodOfPayment.objects.in_bulk(expected)
    return [
        TillLine(
            method=method,
            received=received.get(pk, ZERO),
            opening_float=expected[pk] - received.get(pk, ZERO),
            expected=expected[pk],
            declared=declared[pk].declared if pk in declared else None,
            reason=declared[pk].reason if pk in declared else "",
        )
        for pk, method in sorted(methods.items())
    ]
