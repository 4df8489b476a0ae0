"""The funds of the council."""

from decimal import Decimal

from ims_wagtail.funds.models import Fund, ReferenceRule, VatCode

from . import export_facts


COUNCIL_TAX = "23"
BUSINESS_RATES = "24"
RENTS = "5"
HEATING = "5H"
BENEFITS = "25"
INVOICES = "19"
OLDER_INVOICES = "20"
SUSPENSE = "1"

# code, name, reference rule, the account must exist, most at once, VAT code
_FUNDS = (
    (SUSPENSE, "Bank suspense", None, False, "9999999.99", "M0"),
    ("11", "Parking fines", "Parking fines", False, "500.00", "N0"),
    ("13", "Miscellaneous income", "Miscellaneous income", False, "999999.99", "W0"),
    (INVOICES, "Invoices", "Invoices", True, "250000.00", "11"),
    ("1Z", "HMO premises licences", "Any reference", False, "5000.00", "N0"),
    (OLDER_INVOICES, "Older invoices", "Older invoices", True, "250000.00", "11"),
    (COUNCIL_TAX, "Council tax", "Council tax and business rates", True, "9999.99", "N0"),
    (BUSINESS_RATES, "Business rates", "Council tax and business rates", True, "999999.99", "N0"),
    (BENEFITS, "Benefit overpayments", "Benefit overpayments", True, "9999.99", "N0"),
    ("2R", "Fixed penalty notices", "Fixed penalty notices", False, "500.00", "N0"),
    ("31", "Building control", "Planning and building control", False, "20000.00", "W0"),
    ("32", "Planning", "Planning and building control", False, "50000.00", "N0"),
    ("3U", "Landlord accreditation", "Landlord licences", False, "99.99", "W0"),
    (RENTS, "Housing rents", "Housing rents", True, "9999.99", "N0"),
    (HEATING, "District heating", "Housing rents", True, "2000.00", "R5"),
    ("52", "Market stalls", "Market stalls", False, "5000.00", "E0"),
    ("5M", "Library charges", "Library charges", False, "100.00", "N0"),
    ("GW", "Garden waste", "Miscellaneous income", False, "500.00", "N0"),
)

#: An account in this fund may not be paid more than it owes: a benefit debt ends at nothing.
_NO_OVERPAYMENT = {BENEFITS}
#: Staff choose the VAT code line by line, because anything may be paid here.
_VAT_CHOSEN_BY_STAFF = {"13"}


def build(rules: dict[str, ReferenceRule]) -> dict[str, Fund]:
    """Make the funds with what exports say about them; return them by code."""
    vat_codes = {vat_code.code: vat_code for vat_code in VatCode.objects.all()}
    made = Fund.objects.bulk_create(
        Fund(
            code=code,
            name=name,
            reference_rule=rules[rule] if rule else None,
            account_must_exist=must_exist,
            maximum_amount=Decimal(most),
            vat_code=vat_codes[vat_code],
            allow_overpayment=code not in _NO_OVERPAYMENT,
            vat_override=code in _VAT_CHOSEN_BY_STAFF,
            is_suspense=code == SUSPENSE,
        )
        for code, name, rule, must_exist, most, vat_code in _FUNDS
    )
    funds = {fund.code: fund for fund in made}
    export_facts.add_to_funds(funds)
    return funds
