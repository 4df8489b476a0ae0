"""Plain functions that make one row each, with defaults a council could have."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.funds.enums import CharacterType, CheckDigitAlgorithm, MethodKind
from ims_wagtail.funds.models import (
    CheckDigit,
    Fund,
    MethodOfPayment,
    Office,
    PaymentType,
    Price,
    PriceChange,
    ReferenceRule,
    VatCode,
    VatRate,
)
from ims_wagtail.payments.models import MerchantAccount


#: Council tax references that hold, by the rule of ``make_council_tax_rule``.
COUNCIL_TAX_REFERENCES = ("301122331", "123456780", "100000007")


def make_vat_code(code: str = "N0", *, rate: str | Decimal = "0", **values: Any) -> VatCode:
    """A VAT code with one rate from 2000 on; the code that is there when there is one."""
    vat_code, created = VatCode.objects.get_or_create(
        code=code, defaults={"name": f"VAT {code}", **values}
    )
    if created:
        VatRate.objects.create(vat_code=vat_code, starts=date(2000, 1, 1), rate=Decimal(rate))
    return vat_code


def make_check_digit(name: str = "Academy CTAX/NNDR", **values: Any) -> CheckDigit:
    """The council tax check digit unless told otherwise."""
    defaults: dict[str, Any] = {
        "algorithm": CheckDigitAlgorithm.WEIGHTED_SUM,
        "modulus": 10,
        "weights": [3, 7, 1, 3, 7, 1, 3, 7, 0],
        "substitutions": {"10": "0"},
        "subtract": True,
    }
    return CheckDigit.objects.get_or_create(name=name, defaults=defaults | values)[0]


def make_rule(name: str = "Open", **values: Any) -> ReferenceRule:
    """A rule of 1 to 30 characters unless told otherwise."""
    return ReferenceRule.objects.get_or_create(name=name, defaults=values)[0]


def make_council_tax_rule() -> ReferenceRule:
    """Nine digits, the last a check digit: 301122331 holds, 301122332 does not."""
    return make_rule(
        "Council tax",
        minimum_length=9,
        maximum_length=9,
        character_type=CharacterType.DIGITS,
        mask="########@",
        check_digit=make_check_digit(),
        example="301122331",
    )


def make_fund(code: str = "23", **values: Any) -> Fund:
    """An enabled fund without a rule, VAT at nothing, at most £5,000 at once."""
    defaults: dict[str, Any] = {"name": f"Fund {code}", "maximum_amount": Decimal("5000.00")}
    values = defaults | values
    if "vat_code" not in values:
        values["vat_code"] = make_vat_code()
    return Fund.objects.create(code=code, **values)


def make_suspense_fund(code: str = "SP", **values: Any) -> Fund:
    """The one suspense fund."""
    return make_fund(code, **{"name": "Suspense", "is_suspense": True} | values)


def make_payment_type(slug: str = "council-tax", **values: Any) -> PaymentType:
    """A payment type whose payer types reference and amount; makes its fund unless given one."""
    defaults: dict[str, Any] = {
        "name": slug.replace("-", " ").capitalize(),
        "reference_label": "Account number",
    }
    values = defaults | values
    if "fund" not in values:
        values["fund"] = make_fund(name=values["name"], reference_rule=make_council_tax_rule())
    return PaymentType.objects.create(slug=slug, **values)


def make_price(
    amount: str | Decimal | None = "45.00",
    *,
    code: str = "BIN",
    starts: date = date(2000, 1, 1),
    **values: Any,
) -> Price:
    """A price of that amount since 2000, entered by nobody; without a change when it is None."""
    price = Price.objects.create(code=code, **{"name": f"Price {code.lower()}"} | values)
    if amount is not None:
        make_price_change(price, amount, starts=starts)
    return price


def make_price_change(
    price: Price,
    amount: str | Decimal = "46.00",
    *,
    starts: date,
    entered_by: Any = None,
    approved_by: Any = None,
    **values: Any,
) -> PriceChange:
    """What a price comes to from a day; waiting for approval when only who entered it is given."""
    if approved_by is not None or entered_by is None:
        values = {"approved_at": timezone.now()} | values
    return price.changes.create(
        amount=Decimal(amount),
        starts=starts,
        entered_by=entered_by,
        approved_by=approved_by,
        **values,
    )


def make_method(
    kind: MethodKind = MethodKind.CARD_ONLINE, *, code: str = "", **values: Any
) -> MethodOfPayment:
    """The default method of payment of a kind."""
    defaults: dict[str, Any] = {
        "name": str(kind.label)[:50],
        "is_default": True,
        "maximum_amount": Decimal("99999.99"),
        "refundable": kind in (MethodKind.CARD_ONLINE, MethodKind.CARD_STAFF),
    }
    code = code or f"M{list(MethodKind).index(kind) + 10}"
    return MethodOfPayment.objects.create(code=code, kind=kind, **defaults | values)


def make_merchant_account(
    code: str = "sandbox", *, takes: Iterable[PaymentType | None] = (None,), **values: Any
) -> MerchantAccount:
    """An account at the sandbox for a penny to £10,000, which takes everything online."""
    defaults: dict[str, Any] = {
        "name": f"Account {code}",
        "provider": "sandbox",
        "minimum_amount": Decimal("0.01"),
        "maximum_amount": Decimal("10000.00"),
    }
    account = MerchantAccount.objects.create(code=code, **defaults | values)
    for payment_type in takes:
        account.routes.create(payment_type=payment_type)
    return account


def make_office(code: str = "CS", **values: Any) -> Office:
    """An office."""
    return Office.objects.create(code=code, **{"name": "Customer services"} | values)


def make_stop_message(*, fund: Fund, code: str = "63", **values: Any) -> StopMessage:
    """A message that blocks staff and residents, residents without a reason."""
    defaults: dict[str, Any] = {
        "staff_effect": StopEffect.BLOCK,
        "staff_text": "Do not accept payment - COURT",
        "public_effect": StopEffect.BLOCK,
    }
    return StopMessage.objects.create(fund=fund, code=code, **defaults | values)


def make_account_holder(
    *, fund: Fund, reference: str = "301122331", **values: Any
) -> AccountHolder:
    """Mrs Ada Brook, who owes nothing anybody knows of unless a ``balance`` is given."""
    defaults: dict[str, Any] = {
        "title": "Mrs",
        "forename": "Ada",
        "surname": "Brook",
        "address_line_1": "1 High Street",
        "address_line_2": "Anyborough",
        "postcode": "AB1 2CD",
    }
    values = defaults | values
    if values.get("balance") is not None:
        values.setdefault("balance_at", datetime(2026, 1, 1, tzinfo=UTC))
    return AccountHolder.objects.create(fund=fund, reference=reference, **values)
