"""A council that takes payments, orders to pay, and a payer with a pretend card."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.verification import verify
from ims_wagtail.money import split_vat
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import CARDS, Card
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.services import Contact, OrderLineRequest, OrderRequest, create_orders
from tests.factories import (
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_suspense_fund,
    make_vat_code,
)


@dataclass(frozen=True)
class Council:
    """What taking a payment needs."""

    council_tax: PaymentType
    garden_waste: PaymentType
    suspense: Fund
    account: MerchantAccount


def make_council() -> Council:
    """Council tax without VAT, garden waste with 20 %, a suspense fund, one way to pay."""
    make_method()
    standard = make_vat_code("11", rate="0.2")
    return Council(
        council_tax=make_payment_type("council-tax", fund=make_fund("23")),
        garden_waste=make_payment_type("garden-waste", fund=make_fund("GW", vat_code=standard)),
        suspense=make_suspense_fund(),
        account=make_merchant_account(),
    )


def make_line(payment_type: PaymentType, amount: str, **values: object) -> OrderLineRequest:
    """One line, checked as checkout would have done."""
    vat_code = payment_type.vat_code or payment_type.fund.vat_code
    rate = vat_code.rates.get().rate
    defaults: dict[str, object] = {
        "basket_line": uuid4(),
        "account_reference": "301122331",
        "description": payment_type.name,
    }
    return OrderLineRequest(
        payment_type=payment_type,
        amount=Decimal(amount),
        vat_code_id=vat_code.pk,
        vat_rate=rate,
        vat_amount=split_vat(gross=Decimal(amount), rate=rate).vat,
        **defaults | values,
    )


@dataclass
class Basket:
    """What checkout would keep for a payer: the same lines each time it orders."""

    council: Council
    token: UUID = field(default_factory=uuid4)
    email: str = "ada@example.org"
    lines: tuple[OrderLineRequest, ...] = ()

    def __post_init__(self) -> None:
        if not self.lines:
            self.lines = (
                make_line(self.council.council_tax, "100.00"),
                make_line(self.council.garden_waste, "45.50", account_reference="GW17"),
            )

    def order(self) -> Order:
        (order,) = self.orders()
        return order

    def orders(self) -> tuple[Order, ...]:
        return create_orders(
            OrderRequest(
                basket_token=self.token,
                language="en-gb",
                contact=Contact(name="Ada Brook", email=self.email, postcode="AB1 2CD"),
                lines=self.lines,
            )
        )


def make_order(council: Council, amount: str = "", **values: object) -> Order:
    """An order of £145.50 on two lines, or of one amount on one."""
    if amount:
        values["lines"] = (make_line(council.council_tax, amount),)
    return Basket(council, **values).order()


def card(name: str) -> Card:
    """The sandbox card of a name."""
    return next(card for card in CARDS if card.name == name)


def use_card(attempt: Attempt, name: str = "Success") -> None:
    """Pay at the provider, which tells nobody."""
    payment = SandboxPayment.objects.get(reference=attempt.reference)
    assert remote.use_card(payment=payment, card=card(name))


def posted(order: Order) -> list[tuple[str, str, Decimal]]:
    """Return what the accounts hold of an order: fund, account and amount of each line."""
    lines = Transaction.objects.filter(receipt_number=order.reference).order_by("pk")
    return [(line.fund.code, line.account_reference, line.amount) for line in lines]


def in_suspense(council: Council) -> list[tuple[str, Decimal]]:
    """Return what the suspense fund holds: account and amount of each line."""
    lines = Transaction.objects.filter(fund=council.suspense).order_by("pk")
    return [(line.account_reference, line.amount) for line in lines]


def money_posted() -> Decimal:
    """Return all the money the book holds."""
    return sum((posting.total for posting in Posting.objects.all()), Decimal(0))


def breaches() -> list[str]:
    """Return what ``ims_verify`` finds wrong."""
    return [f"{proof.rule}: {row}" for proof, breach in verify() if breach for row in breach.rows]


TWO_LINES = [("23", "301122331", Decimal("100.00")), ("GW", "GW17", Decimal("45.50"))]
