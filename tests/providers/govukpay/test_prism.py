"""Our client satisfies a mock server that knows only GOV.UK Pay's own description of its API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ims_wagtail.conf import Credential
from ims_wagtail.payments.providers.contract import (
    CardHolder,
    DisputeState,
    ProviderError,
    ProviderState,
    RefundRequest,
    Refused,
)
from ims_wagtail.payments.providers.govukpay.provider import GovUkPayProvider
from tests.providers.govukpay.asking import a_request
from tests.providers.govukpay.prism import running_prism


#: The ids of the description's examples, and a day to list.
PAYMENT, REFUND = "hu20sqlact5260q2nanm0q8u93", "act4c33g40j3edfmi8jknab84x"
DAY = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def prism() -> Iterator[GovUkPayProvider]:
    """Our client, with Prism at the other end answering the description's examples."""
    with running_prism() as address:
        yield client_of(address)


def client_of(address):
    return GovUkPayProvider(
        credential=Credential(api_key="api_test_prism", extra={"base_url": address})
    )


def test_a_payment_is_created(prism):
    request = a_request(
        email="ada@example.org",
        card_holder=CardHolder(name="Ada Brook", line_1="1 High St", postcode="AB1 2CD"),
        metadata={"fund": "23", "payment_type": "council-tax"},
        delayed_capture=True,
        language="cy",
    )
    created = prism.create(request)
    assert created.provider_id == PAYMENT
    assert created.next_url == "https://an.example.link/from/payment/platform"


def test_a_telephone_payment_is_created(prism):
    assert prism.create(a_request(telephone=True)).provider_id == PAYMENT


def test_a_payment_that_is_not_as_described_is_refused(prism):
    with pytest.raises(Refused, match="P0102"):
        prism.create(a_request(amount=Decimal("100000.01")))


def test_a_payment_is_read(prism):
    seen = prism.read(PAYMENT)
    assert (seen.provider_id, seen.reference) == (PAYMENT, "your-reference")
    assert seen.state == ProviderState.OPEN
    assert (seen.amount, seen.surcharge) == (Decimal("12.00"), Decimal("2.50"))
    assert (seen.fee, seen.refundable) == (Decimal("0.05"), Decimal("1.00"))
    assert (seen.card_brand, seen.card_last_four) == ("Visa", "1234")
    assert seen.captured_on == seen.settled_on == date(2016, 1, 21)
    assert seen.next_url


def test_a_payment_is_searched_for(prism):
    assert prism.find("your-reference").provider_id == PAYMENT


def test_a_payment_is_cancelled_and_captured(prism):
    prism.cancel(PAYMENT)
    prism.capture(PAYMENT)


def test_a_refund_is_made_and_read(prism):
    refund = prism.refund(
        RefundRequest(
            provider_id=PAYMENT,
            reference="R1",
            amount=Decimal("1.20"),
            available=Decimal("12.00"),
        )
    )
    assert (refund.refund_id, refund.amount) == (REFUND, Decimal("1.20"))
    seen = prism.read_refund(provider_id=PAYMENT, refund_id=REFUND)
    assert (seen.refund_id, seen.status) == (REFUND, refund.status)
    (listed,) = prism.refunds_of(PAYMENT)
    assert listed.refund_id == REFUND


def test_payments_refunds_and_disputes_are_listed(prism):
    assert next(prism.payments_between(*DAY)).provider_id == PAYMENT
    assert next(prism.refunds_between(*DAY)).refund_id == REFUND
    dispute = next(prism.disputes_between(*DAY))
    assert (dispute.amount, dispute.fee) == (Decimal("12.00"), Decimal("12.00"))
    assert dispute.status == DisputeState.UNDER_REVIEW
    assert dispute.opened_at - timedelta(minutes=43) == datetime(2022, 7, 28, 16, tzinfo=UTC)


def test_no_answer_that_fits_the_description_breaks_the_client():
    with running_prism("--dynamic") as address:
        random = client_of(address)
        asked = [
            lambda: random.create(a_request()),
            lambda: random.read(PAYMENT),
            lambda: random.refunds_of(PAYMENT),
            lambda: random.read_refund(provider_id=PAYMENT, refund_id=REFUND),
            lambda: next(random.payments_between(*DAY), None),
            lambda: next(random.refunds_between(*DAY), None),
            lambda: next(random.disputes_between(*DAY), None),
        ]
        outcomes = []
        for ask in asked * 5:
            try:
                outcomes.append(ask())
            except ProviderError as error:
                outcomes.append(error)
        assert len(outcomes) == len(asked) * 5
