"""Lines for tests of the book."""

from dataclasses import replace
from decimal import Decimal

from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.ledger.entries import Line
from ims_wagtail.money import split_vat


def line(fund: Fund, method: MethodOfPayment, amount: str = "10.00", **changes: object) -> Line:
    """Return a line of 20 % VAT to an account of the fund."""
    gross, rate = Decimal(amount), Decimal("0.2")
    whole = Line(
        fund_id=fund.pk,
        account_reference="301122331",
        method_id=method.pk,
        amount=gross,
        vat_code_id=fund.vat_code_id,
        vat_rate=rate,
        vat_amount=split_vat(gross=gross, rate=rate).vat,
        receipt_number="R10000001A",
    )
    return replace(whole, **changes)
