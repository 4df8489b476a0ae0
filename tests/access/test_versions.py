"""Two people change the same row at once."""

import re
from html import unescape

import pytest

from ims_wagtail.funds.models import Fund, VatCode
from tests.factories import make_fund, make_office, make_vat_code
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person


pytestmark = pytest.mark.django_db


@pytest.fixture
def maria():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,), name="maria"))


@pytest.fixture
def noor():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,), name="noor"))


def opened(client, url) -> str:
    """Open a form as a browser does; return the version it carries."""
    found = re.search(r'name="ims_version" value="([^"]+)"', client.get(url).content.decode())
    assert found, "the form carries no version"
    return unescape(found[1])


def fund_form(fund: Fund, **typed) -> dict:
    return {
        "code": fund.code,
        "name": fund.name,
        "enabled": "on",
        "maximum_amount": fund.maximum_amount,
        "allow_overpayment": "on",
        "vat_code": fund.vat_code_id,
    } | typed


@pytest.fixture
def fund(db) -> Fund:
    return make_fund("23", name="Council tax")


@pytest.fixture
def url(fund) -> str:
    return f"/admin/income/funds/edit/{fund.pk}/"


def test_the_second_of_two_people_is_told_who_changed_what(maria, noor, fund, url):
    version = opened(noor, url)
    maria.post(url, fund_form(fund, name="Council Tax 2027", ims_version=opened(maria, url)))

    page = noor.post(url, fund_form(fund, name="Local tax", ims_version=version))

    assert page.status_code == 200
    assert "maria changed this fund" in page.content.decode()
    form = page.context_data["form"]
    assert "Council Tax 2027" in form.errors["name"][0]
    assert form["name"].value() == "Local tax", "what was typed is kept"
    fund.refresh_from_db()
    assert fund.name == "Council Tax 2027"


def test_saving_again_replaces_what_was_marked(maria, noor, fund, url):
    version = opened(noor, url)
    maria.post(url, fund_form(fund, name="Council Tax 2027", ims_version=opened(maria, url)))
    page = noor.post(url, fund_form(fund, name="Local tax", ims_version=version))

    again = page.context_data["form"]["ims_version"].value()
    assert noor.post(url, fund_form(fund, name="Local tax", ims_version=again)).status_code == 302

    fund.refresh_from_db()
    assert fund.name == "Local tax"


def test_what_the_second_had_not_touched_takes_the_new_value(maria, noor, fund, url):
    version = opened(noor, url)
    changed = fund_form(fund, name="Council Tax 2027", ims_version=opened(maria, url))
    del changed["allow_overpayment"]
    maria.post(url, changed | {"vat_code": make_vat_code("S2").pk})

    page = noor.post(url, fund_form(fund, maximum_amount="750.00", ims_version=version))

    form = page.context_data["form"]
    assert form["name"].value() == "Council Tax 2027"
    assert not form["allow_overpayment"].value()
    assert str(form["vat_code"].value()) == str(VatCode.objects.get(code="S2").pk)
    assert form["maximum_amount"].value() == "750.00"
    assert "maximum_amount" not in form.errors


def test_a_mistake_does_not_hide_that_the_row_changed(maria, noor, fund, url):
    version = opened(noor, url)
    maria.post(url, fund_form(fund, name="Council Tax 2027", ims_version=opened(maria, url)))

    page = noor.post(url, fund_form(fund, maximum_amount="-5", ims_version=version))

    assert "maria changed this fund" in page.content.decode()
    assert page.context_data["form"]["maximum_amount"].value() == "-5"
    assert "maximum_amount" in page.context_data["form"].errors


def test_one_person_who_edits_twice_is_not_bothered(maria, fund, url):
    for name in ("First", "Second"):
        fund.refresh_from_db()
        typed = fund_form(fund, name=name, ims_version=opened(maria, url))
        assert maria.post(url, typed).status_code == 302

    fund.refresh_from_db()
    assert fund.name == "Second"


def test_reference_data_is_guarded_in_the_same_way(maria, noor):
    office = make_office()
    url = f"/admin/income/offices/edit/{office.pk}/"
    version = opened(noor, url)
    typed = {"code": "CS", "enabled": "on"}
    maria.post(url, typed | {"name": "Front desk", "ims_version": opened(maria, url)})

    page = noor.post(url, typed | {"name": "Reception", "ims_version": version})

    assert "maria changed this office" in page.content.decode()
    assert 'value="Reception"' in page.content.decode()
    office.refresh_from_db()
    assert office.name == "Front desk"


def test_another_persons_new_vat_rate_is_not_overlooked(maria, noor):
    code = make_vat_code("S2", rate="0.2")
    url = f"/admin/income/vat-codes/edit/{code.pk}/"
    rate = code.rates.get()
    typed = {
        "code": "S2",
        "name": code.name,
        "enabled": "on",
        "rates-INITIAL_FORMS": 1,
        "rates-TOTAL_FORMS": 2,
        "rates-0-id": rate.pk,
        "rates-0-vat_code": code.pk,
        "rates-0-starts": "2000-01-01",
        "rates-0-rate": "0.2",
    }
    version = opened(noor, url)
    new_rate = {"rates-1-starts": "2030-01-01", "rates-1-rate": "0.25"}
    maria.post(url, typed | new_rate | {"ims_version": opened(maria, url)})

    page = noor.post(
        url, typed | {"rates-1-starts": "", "rates-1-rate": "", "ims_version": version}
    )

    assert "0.2500 from 2030-01-01" in page.content.decode()
    assert code.rates.count() == 2
