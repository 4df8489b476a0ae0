"""A payment to ask GOV.UK Pay for."""

from decimal import Decimal

from ims_wagtail.payments.providers.contract import CreateRequest
from tests.providers.govukpay.records import Payment
from tests.providers.govukpay.stub import Stub


def a_request(**values: object) -> CreateRequest:
    """£45.50 of council tax, unless told otherwise."""
    defaults: dict[str, object] = {
        "reference": "P1-1",
        "amount": Decimal("45.50"),
        "description": "Council tax",
        "language": "en-gb",
        "return_url": "https://pay.example/return/token/",
        "webhook_url": "https://pay.example/webhooks/",
    }
    return CreateRequest(**defaults | values)


def begun(stub: Stub, provider: object, **values: object) -> Payment:
    """Return a payment that our client has just created at the stub."""
    return stub.payments[provider.create(a_request(**values)).provider_id]


def paid(stub: Stub, provider: object, **values: object) -> Payment:
    """Return a payment that has been paid."""
    payment = begun(stub, provider, **values)
    stub.pay(payment)
    return payment
