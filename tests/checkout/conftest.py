"""A small council and a resident who wants to pay it."""

from types import SimpleNamespace

import pytest
from wagtail.models import Site

from ims_wagtail.funds.enums import AmountSource, MethodKind, ReferenceSource
from ims_wagtail.ui.models import CouncilDetails
from tests.checkout.resident import Resident
from tests.factories import (
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_price,
    make_suspense_fund,
    make_vat_code,
)


@pytest.fixture
def council(db) -> SimpleNamespace:
    """Council tax (rule, no VAT), room hire (no rule, 20 %), a garden bin (fixed, with address)."""
    make_merchant_account()
    make_suspense_fund()
    standard = make_vat_code("S2", rate="0.2")
    site = Site.objects.get(is_default_site=True)
    CouncilDetails.objects.update_or_create(
        site=site,
        defaults={
            "name": "Anyborough Council",
            "address": "Town Hall\nAnyborough\nAN1 1AA",
            "vat_number": "GB 123 4567 89",
        },
    )
    return SimpleNamespace(
        method=make_method(MethodKind.CARD_ONLINE, name="Card online"),
        council_tax=make_payment_type(name_cy="Treth gyngor"),
        room=make_payment_type(
            "room-hire",
            fund=make_fund("RH", vat_code=standard),
            reference_label="Booking number",
            reference_hint="On your booking form",
        ),
        bin=make_payment_type(
            "garden-bin",
            fund=make_fund("GB"),
            reference_source=ReferenceSource.FIXED,
            fixed_reference="GARDEN",
            amount_source=AmountSource.FIXED,
            price=make_price("45.00"),
            ask_address=True,
        ),
    )


@pytest.fixture
def resident(council) -> Resident:
    """A resident who has not been here before."""
    return Resident()
