"""Ledger codes, the council's own attributes and fund groups, as finance keeps them on screen."""

from datetime import date

import pytest

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.funds.models import Attribute, AttributeValue, Fund, FundGroup, LedgerCode
from ims_wagtail.funds.selectors import attribute_values, ledger_code
from tests.factories import make_fund, make_payment_type
from tests.staff.council import make_payment
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person
from tests.staff.screens import column, read


pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,)))


def fund_form(fund, *codes, **typed) -> dict:
    """A fund's form as a browser sends it, with general-ledger codes of (day, code)."""
    form = {
        "code": fund.code,
        "name": fund.name,
        "enabled": "on",
        "maximum_amount": "5000.00",
        "vat_code": fund.vat_code_id,
        "ledger_codes-TOTAL_FORMS": len(codes),
        "ledger_codes-INITIAL_FORMS": 0,
    }
    for number, (starts, code) in enumerate(codes):
        form |= {f"ledger_codes-{number}-starts": starts, f"ledger_codes-{number}-code": code}
    return form | typed


def edit(fund) -> str:
    return f"/admin/income/funds/edit/{fund.pk}/"


# General-ledger codes.


def test_ledger_codes_are_entered_with_the_fund_and_audited(manager):
    fund = make_fund()

    manager.post(edit(fund), fund_form(fund, ("2026-04-01", "964101"), ("2027-04-01", "72-100")))

    assert ledger_code(fund, date(2026, 12, 1)) == "964101"
    assert ledger_code(fund, date(2027, 4, 1)) == "72-100"
    entry = AuditEntry.objects.get(action="change")
    assert entry.after["ledger_codes"] == ["964101 from 2026-04-01", "72-100 from 2027-04-01"]
    shown = read(manager.get(f"/admin/income/funds/inspect/{fund.pk}/")).facts
    assert "964101 from 2026-04-01" in shown["General-ledger codes"]


@pytest.mark.parametrize(
    "codes",
    [
        [("2026-04-01", "1"), ("2026-04-01", "2")],
        [("2026-04-01", "")],
        [("", "964101")],
        [("soon", "964101")],
        [("2026-04-01", "£££")],
        [("2026-04-01", "9" * 31)],
    ],
)
def test_a_ledger_code_that_can_not_be_is_refused_and_nothing_is_kept(manager, codes):
    fund = make_fund()

    page = manager.post(edit(fund), fund_form(fund, *codes, name="Renamed"))

    assert page.status_code == 200
    assert "error-message" in page.content.decode()
    assert not LedgerCode.objects.exists()
    assert Fund.objects.get().name != "Renamed"


# The council's own attributes.


@pytest.fixture
def area(db) -> Attribute:
    return Attribute.objects.create(
        name="area",
        label="Area",
        kind="choice",
        choices=["North", "South"],
        applies_to="fund",
        required=True,
    )


def test_finance_defines_an_attribute_and_funds_have_it(manager):
    definition = {
        "label": "Reviewed on",
        "name": "reviewed",
        "applies_to": "fund",
        "kind": "date",
        "choices": "",
        "position": "1",
    }
    assert manager.post("/admin/income/attributes/new/", definition).status_code == 302
    fund = make_fund()
    typed = {"attributes": "1", "attributes-reviewed": "2026-05-04"}

    assert manager.post(edit(fund), fund_form(fund, **typed)).status_code == 302

    assert attribute_values(fund) == {"reviewed": date(2026, 5, 4)}
    shown = read(manager.get(f"/admin/income/funds/inspect/{fund.pk}/")).facts
    assert shown["For exports"] == "Reviewed on: 2026-05-04"


@pytest.mark.parametrize("value", ["", "West"])
def test_a_value_that_does_not_fit_keeps_the_fund_from_being_saved(manager, area, value):
    fund = make_fund()

    page = manager.post(edit(fund), fund_form(fund, attributes="1", **{"attributes-area": value}))

    assert page.status_code == 200
    assert "area" in page.context_data["form"].attributes.errors
    assert not AttributeValue.objects.exists()


def test_a_value_can_be_taken_away_and_then_the_attribute(manager, area):
    Attribute.objects.update(required=False)
    fund = make_fund()
    AttributeValue.objects.create(attribute=area, fund=fund, value="North")
    url = f"/admin/income/attributes/delete/{area.pk}/"
    assert "it is used by 1 value" in manager.get(url).content.decode()

    manager.post(edit(fund), fund_form(fund, attributes="1", **{"attributes-area": ""}))
    manager.post(url)

    assert not Attribute.objects.exists()


def test_payment_types_have_their_own_attributes_and_a_copy_begins_with_them(manager, area):
    centre = Attribute.objects.create(
        name="centre", label="Cost centre", kind="text", applies_to="payment_type"
    )
    payment_type = make_payment_type("garden")
    AttributeValue.objects.create(attribute=centre, payment_type=payment_type, value="CC 12")

    page = manager.get(f"/admin/income/payment-types/new/?copy={payment_type.pk}")

    form = page.context_data["form"].attributes
    assert list(form.fields) == ["centre"]
    assert form["centre"].value() == "CC 12"


# Fund groups.


def test_a_group_narrows_the_transactions(manager, council):
    make_payment(council.alpha.fund, council.method, word="first", source="x")
    group = council.bravo.fund_group

    page = manager.get(f"/admin/income/transactions/?fund_group={group.pk}")

    assert set(column(page, "Account reference")) == {"BRAVO1"}


def test_a_person_changes_their_part_of_a_group_and_no_other(council):
    group = council.alpha.fund_group
    group.funds.add(council.bravo.fund)
    other = make_fund("CC")
    person = make_person(*every_income_permission(), funds=(council.alpha.fund, other))

    page = logged_in(person).get(f"/admin/income/fund-groups/edit/{group.pk}/")
    assert "bravo" not in page.content.decode().lower()
    logged_in(person).post(
        f"/admin/income/fund-groups/edit/{group.pk}/", {"name": "Both", "funds": [other.pk]}
    )

    group.refresh_from_db()
    assert group.name == "Both"
    assert set(group.funds.all()) == {council.bravo.fund, other}
    assert AuditEntry.objects.latest("at").after["funds"] == ["BB", "CC"]


def test_a_group_needs_a_fund_and_a_name_of_its_own(manager, council):
    for typed, field in (
        ({"name": "Empty"}, "funds"),
        ({"name": "alpha group", "funds": [council.alpha.fund.pk]}, "name"),
    ):
        page = manager.post("/admin/income/fund-groups/new/", typed)
        assert field in page.context_data["form"].errors
    assert FundGroup.objects.count() == 2
