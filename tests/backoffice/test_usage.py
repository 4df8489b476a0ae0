"""Nothing in use disappears by surprise: its users are told of first."""

import pytest

from ims_wagtail.access import usage
from ims_wagtail.funds.models import Fund, Office, PaymentType, VatCode
from tests.factories import make_fund, make_office, make_payment_type, make_vat_code
from tests.pages.making import make_home, make_page
from tests.staff.council import make_payment
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person
from tests.staff.screens import read


pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,)))


def words(obj) -> str:
    return usage.in_words(usage.usage_of(obj))


def test_usage_is_told_kind_by_kind():
    fund = make_fund()
    assert words(fund) == "nothing"
    make_payment_type("one", fund=fund)
    assert words(fund) == "1 payment type"
    make_payment_type("two", fund=fund)
    assert words(fund) == "2 payment types"


def test_a_large_number_is_not_counted_out(monkeypatch):
    monkeypatch.setattr(usage, "_ENOUGH", 2)
    fund = make_fund()
    for n in range(4):
        make_payment_type(f"type-{n}", fund=fund)

    assert words(fund) == "2+ payment types"


def test_looking_at_a_fund_shows_what_uses_it(manager, council):
    make_payment(council.alpha.fund, council.method, source="x")

    shown = read(manager.get(f"/admin/income/funds/inspect/{council.alpha.fund.pk}/")).facts[
        "Used by"
    ]

    assert "1 payment type" in shown
    assert "2 transactions" in shown


def test_looking_at_a_code_shows_what_uses_it(manager):
    code = make_vat_code("S2")
    make_fund(vat_code=code)

    page = manager.get(f"/admin/income/vat-codes/inspect/{code.pk}/")

    assert read(page).facts["Used by"] == "1 fund"


def fund_form(fund, **typed):
    return {
        "code": fund.code,
        "name": fund.name,
        "maximum_amount": "5000.00",
        "vat_code": fund.vat_code_id,
    } | typed


def test_disabling_what_is_in_use_asks_once(manager):
    fund = make_fund()
    make_payment_type("one", fund=fund)
    url = f"/admin/income/funds/edit/{fund.pk}/"

    page = manager.post(url, fund_form(fund, name="Renamed too"))

    form = page.context_data["form"]
    assert form.errors["enabled"] == [
        "Used by 1 payment type. To disable it all the same, save again."
    ]
    assert form["name"].value() == "Renamed too"
    assert Fund.objects.get().enabled

    answer = {usage.CONFIRM_FIELD: form[usage.CONFIRM_FIELD].value()}
    assert manager.post(url, fund_form(fund, **answer)).status_code == 302
    assert not Fund.objects.get().enabled


def test_disabling_what_nothing_uses_asks_nothing(manager):
    fund, office = make_fund(), make_office()

    manager.post(f"/admin/income/funds/edit/{fund.pk}/", fund_form(fund))
    manager.post(f"/admin/income/offices/edit/{office.pk}/", {"code": "CS", "name": "Desk"})

    assert not Fund.objects.get().enabled
    assert not Office.objects.get().enabled


def test_disabling_a_code_in_use_asks_as_well(manager):
    code = make_vat_code("S2")
    make_fund(vat_code=code)
    rate = code.rates.get()
    typed = {
        "code": "S2",
        "name": code.name,
        "rates-INITIAL_FORMS": 1,
        "rates-TOTAL_FORMS": 1,
        "rates-0-id": rate.pk,
        "rates-0-vat_code": code.pk,
        "rates-0-starts": "2000-01-01",
        "rates-0-rate": "0",
    }
    url = f"/admin/income/vat-codes/edit/{code.pk}/"

    page = manager.post(url, typed)
    assert "Used by 1 fund." in page.content.decode()
    assert VatCode.objects.get(code="S2").enabled

    manager.post(url, typed | {usage.CONFIRM_FIELD: "1"})
    assert not VatCode.objects.get(code="S2").enabled


@pytest.mark.parametrize("what", ["funds", "vat-codes"])
def test_deleting_what_is_in_use_is_not_even_offered(manager, what):
    code = make_vat_code("S2")
    fund = make_fund(vat_code=code)
    make_payment_type("one", fund=fund)
    pk = fund.pk if what == "funds" else code.pk

    page = manager.get(f"/admin/income/{what}/delete/{pk}/").content.decode()

    assert "it is used by 1 " in page
    assert "Yes, delete" not in page


def test_pages_that_take_payments_count(manager):
    payment_type = make_payment_type("garden")
    make_page(make_home(), payment_type=payment_type)

    assert words(payment_type) == "1 payment page"
    page = manager.post(f"/admin/income/payment-types/delete/{payment_type.pk}/", follow=True)
    assert "Disable it instead." in page.content.decode()
    assert PaymentType.objects.exists()


# Copies.


def test_a_copy_begins_with_everything_but_what_must_differ(manager):
    fund = make_fund(name="Council tax", allow_overpayment=False, is_suspense=True, position=7)

    form = manager.get(f"/admin/income/funds/new/?copy={fund.pk}").context_data["form"]

    assert form["vat_code"].value() == fund.vat_code_id
    assert form["position"].value() == 7
    assert not form["allow_overpayment"].value()
    for name in ("code", "name", "is_suspense"):
        assert not form[name].value(), name


def test_the_list_offers_copies_to_those_who_may_add(manager):
    payment_type = make_payment_type("garden")
    link = f"/admin/income/payment-types/new/?copy={payment_type.pk}"
    looks = logged_in(make_person("ims_funds.view_paymenttype", funds=(ALL_FUNDS,)))

    assert link in manager.get("/admin/income/payment-types/").content.decode()
    assert link not in looks.get("/admin/income/payment-types/").content.decode()


@pytest.mark.parametrize("key", ["0", "nonsense", "1e3", "999999999999"])
def test_a_copy_of_nothing_is_not_found(manager, key):
    assert manager.get(f"/admin/income/funds/new/?copy={key}").status_code == 404


def test_nobody_copies_what_they_may_not_see(council):
    person = make_person(*every_income_permission(), funds=(council.alpha.fund,))
    theirs = council.bravo.payment_type

    page = logged_in(person).get(f"/admin/income/payment-types/new/?copy={theirs.pk}")

    assert page.status_code == 404
    assert "bravo" not in page.content.decode()
