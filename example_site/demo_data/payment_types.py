"""What residents of Anyborough can pay for, in the words they read."""

from decimal import Decimal
from typing import Any

from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.funds.models import Fund, PaymentType

from . import amounts, export_facts


GARDEN_WASTE_ACCOUNT = "72101500300"

_TYPES: tuple[dict[str, Any], ...] = (
    {
        "slug": "council-tax",
        "name": "Council tax",
        "name_cy": "Treth y cyngor",
        "fund": "23",
        "reference_label": "Council tax account number",
        "reference_label_cy": "Rhif cyfrif treth y cyngor",
        "reference_hint": "9 digits, at the top right of your bill",
        "reference_hint_cy": "9 digid, ar ochr dde uchaf eich bil",
        "minimum_amount": "1.00",
    },
    {
        "slug": "business-rates",
        "name": "Business rates",
        "name_cy": "Ardrethi busnes",
        "fund": "24",
        "reference_label": "Business rates account number",
        "reference_label_cy": "Rhif cyfrif ardrethi busnes",
        "reference_hint": "9 digits, at the top right of your bill",
        "reference_hint_cy": "9 digid, ar ochr dde uchaf eich bil",
        "minimum_amount": "1.00",
    },
    {
        "slug": "housing-rent",
        "name": "Council housing rent",
        "name_cy": "Rhent tai cyngor",
        "fund": "5",
        "reference_label": "Rent account number",
        "reference_label_cy": "Rhif cyfrif rhent",
        "reference_hint": "11 digits, on your rent card and statement",
        "reference_hint_cy": "11 digid, ar eich cerdyn rhent a’ch datganiad",
        "minimum_amount": "1.00",
    },
    {
        "slug": "heating",
        "name": "District heating",
        "name_cy": "Gwresogi ardal",
        "fund": "5H",
        "reference_label": "Rent account number",
        "reference_label_cy": "Rhif cyfrif rhent",
        "reference_hint": "11 digits, on your rent card and statement",
        "reference_hint_cy": "11 digid, ar eich cerdyn rhent a’ch datganiad",
        "minimum_amount": "5.00",
    },
    {
        "slug": "benefit-overpayment",
        "name": "Housing benefit overpayment",
        "name_cy": "Gordaliad budd-dal tai",
        "fund": "25",
        "reference_label": "Overpayment reference",
        "reference_label_cy": "Cyfeirnod y gordaliad",
        "reference_hint": "8 digits, on the letter about your overpayment",
        "reference_hint_cy": "8 digid, ar y llythyr am eich gordaliad",
        "minimum_amount": "1.00",
    },
    {
        "slug": "parking-fine",
        "name": "Parking fine",
        "name_cy": "Dirwy barcio",
        "fund": "11",
        "reference_label": "Penalty charge notice number",
        "reference_label_cy": "Rhif yr hysbysiad tâl cosb",
        "reference_hint": "BJ, then 7 digits, then a digit or the letter A",
        "reference_hint_cy": "BJ, yna 7 digid, yna digid neu’r llythyren A",
        "minimum_amount": "25.00",
    },
    {
        "slug": "fixed-penalty",
        "name": "Fixed penalty notice",
        "name_cy": "Hysbysiad cosb benodedig",
        "fund": "2R",
        "reference_label": "Notice number",
        "reference_label_cy": "Rhif yr hysbysiad",
        "reference_hint": "FP, then 7 digits, then a digit or the letter A",
        "reference_hint_cy": "FP, yna 7 digid, yna digid neu’r llythyren A",
        "minimum_amount": "50.00",
    },
    {
        "slug": "invoice",
        "name": "Invoice",
        "name_cy": "Anfoneb",
        "fund": "19",
        "reference_label": "Invoice number",
        "reference_label_cy": "Rhif yr anfoneb",
        "reference_hint": "10 digits, starting with 3 or 9",
        "reference_hint_cy": "10 digid, yn dechrau â 3 neu 9",
        "minimum_amount": "0.01",
    },
    {
        "slug": "older-invoice",
        "name": "Invoice starting with M or P",
        "name_cy": "Anfoneb yn dechrau ag M neu P",
        "fund": "20",
        "reference_label": "Invoice number",
        "reference_label_cy": "Rhif yr anfoneb",
        "reference_hint": "M or P, then 10 digits",
        "reference_hint_cy": "M neu P, yna 10 digid",
        "minimum_amount": "0.01",
    },
    {
        "slug": "library-charge",
        "name": "Library charges",
        "name_cy": "Taliadau llyfrgell",
        "fund": "5M",
        "reference_label": "Library card number",
        "reference_label_cy": "Rhif cerdyn llyfrgell",
        "reference_hint": "14 digits, under the bar code on your card",
        "reference_hint_cy": "14 digid, o dan y cod bar ar eich cerdyn",
        "minimum_amount": "0.10",
    },
    {
        "slug": "garden-waste",
        "name": "Garden waste collection",
        "name_cy": "Casglu gwastraff gardd",
        "fund": "GW",
        "reference_source": ReferenceSource.FIXED,
        "fixed_reference": GARDEN_WASTE_ACCOUNT,
        "amount_source": AmountSource.PRICES,
        "ask_address": True,
    },
    {
        "slug": "planning-fee",
        "name": "Planning application fee",
        "name_cy": "Ffi cais cynllunio",
        "fund": "32",
        "reference_label": "Planning application number",
        "reference_label_cy": "Rhif y cais cynllunio",
        "reference_hint": "On our letter asking for the fee, like 24/00312/FUL",
        "reference_hint_cy": "Ar ein llythyr yn gofyn am y ffi, fel 24/00312/FUL",
        "minimum_amount": "20.00",
        "ask_address": True,
    },
    {
        "slug": "market-stall",
        "name": "Market stall rent",
        "name_cy": "Rhent stondin farchnad",
        "fund": "52",
        "reference_label": "Stall number",
        "reference_label_cy": "Rhif y stondin",
        "reference_hint": "On your licence, like 1-ROW-A",
        "reference_hint_cy": "Ar eich trwydded, fel 1-ROW-A",
        "minimum_amount": "5.00",
    },
    {
        "slug": "building-control",
        "name": "Building control charges",
        "name_cy": "Taliadau rheoli adeiladu",
        "fund": "31",
        "reference_label": "Building control reference",
        "reference_label_cy": "Cyfeirnod rheoli adeiladu",
        "reference_hint": "On our letter asking for the charge, like 24/00312/FUL",
        "reference_hint_cy": "Ar ein llythyr yn gofyn am y tâl, fel 24/00312/FUL",
        "minimum_amount": "20.00",
        "ask_address": True,
    },
    {
        "slug": "landlord-licence",
        "name": "Landlord licence",
        "name_cy": "Trwydded landlord",
        "fund": "3U",
        "reference_label": "Licence number",
        "reference_label_cy": "Rhif y drwydded",
        "reference_hint": "ALS, then the year and 4 digits, like ALS/2021/1207",
        "reference_hint_cy": "ALS, yna’r flwyddyn a 4 digid, fel ALS/2021/1207",
        "minimum_amount": "10.00",
    },
)


def build(funds: dict[str, Fund]) -> None:
    """Make the payment types, and the prices that some of them have had all along."""
    PaymentType.objects.bulk_create(
        PaymentType(
            **data
            | {
                "fund": funds[data["fund"]],
                "minimum_amount": Decimal(data.get("minimum_amount", "0.01")),
            }
        )
        for data in _TYPES
    )
    amounts.add(funds)
    export_facts.add_to_payment_types()
