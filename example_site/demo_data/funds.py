"""The stage that makes everything that can be paid for, and the account that takes the money."""

from decimal import Decimal

from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.payments.enums import CARD_CHANNELS
from ims_wagtail.payments.models import MerchantAccount, Route

from . import fund_list, payment_types, reference_rules, vat


#: The code of the stop message that refuses cheques and nothing else.
_NO_CHEQUES = "65"
# fund, code, what staff read, effect on staff, what residents read, effect on residents.
# Where residents are refused without words of their own, they read the same as for a reference we
# do not have, so that nobody learns from it which accounts are real.
_STOP_MESSAGES = (
    ("5", "62", "Squatter: no tenancy to pay", StopEffect.BLOCK, "", StopEffect.BLOCK),
    ("5", "63", "Court: do not accept payment", StopEffect.BLOCK, "", StopEffect.BLOCK),
    ("5", "64", "Accept, then refer for interview", StopEffect.WARN, "", StopEffect.NONE),
    ("5", _NO_CHEQUES, "Do not accept cheques", StopEffect.WARN, "", StopEffect.NONE),
    ("5", "67", "With bailiffs: do not accept payment", StopEffect.BLOCK, "", StopEffect.BLOCK),
    (
        "23",
        "EA",
        "With enforcement agents: do not accept payment",
        StopEffect.BLOCK,
        "Another company is collecting this account for us. Call 01632 960100 before you pay.",
        StopEffect.BLOCK,
    ),
    (
        "23",
        "MV",
        "Moved out: final bill being made",
        StopEffect.WARN,
        "We are about to send a new bill for this account. What you owe may change.",
        StopEffect.WARN,
    ),
    ("24", "LQ", "In liquidation: refer to insolvency", StopEffect.BLOCK, "", StopEffect.BLOCK),
)


def is_done() -> bool:
    """Tell whether the funds stand."""
    return Fund.objects.filter(code=fund_list.COUNCIL_TAX).exists()


def build() -> str:
    """Make VAT codes, methods, offices, rules, funds, payment types and the merchant account."""
    vat.build()
    funds = fund_list.build(reference_rules.build())
    payment_types.build(funds)
    StopMessage.objects.bulk_create(
        StopMessage(
            fund=funds[fund],
            code=code,
            staff_text=staff_text,
            staff_effect=staff_effect,
            public_text=public_text,
            public_effect=public_effect,
            refuses_cheques=code == _NO_CHEQUES,
        )
        for fund, code, staff_text, staff_effect, public_text, public_effect in _STOP_MESSAGES
    )
    account = MerchantAccount.objects.create(
        code="sandbox",
        name="Sandbox (no money moves)",
        provider="sandbox",
        minimum_amount=Decimal("0.30"),
        maximum_amount=Decimal("100000.00"),
    )
    for channel in CARD_CHANNELS:
        Route.objects.create(account=account, channel=channel)
    return f"{Fund.objects.count()} funds, {PaymentType.objects.count()} payment types"
