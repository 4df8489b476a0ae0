"""A new council sets itself up on screen, without a developer."""

import pytest
from django.core.management import call_command

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.funds.models import CheckDigit, Fund, PaymentType, ReferenceRule
from ims_wagtail.funds.references import compile_rule
from tests.factories import make_fund, make_vat_code
from tests.staff.council import make_payment
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person


pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,)))


def send(client, url, **typed):
    """Send a form and insist that it was taken."""
    response = client.post(url, typed)
    errors = getattr(response, "context_data", None) and response.context_data["form"].errors
    assert response.status_code == 302, errors
    return response


def test_from_a_check_digit_to_something_residents_can_pay(manager):
    vat = make_vat_code()
    send(
        manager,
        "/admin/income/check-digits/new/",
        name="Council tax",
        algorithm="weighted_sum",
        modulus="10",
        weights="3,7,1,3,7,1,3,7,0",
        substitutions='{"10": "0"}',
        subtract="on",
    )
    send(
        manager,
        "/admin/income/reference-rules/new/",
        name="Council tax",
        minimum_length="9",
        maximum_length="9",
        character_type="digits",
        mask="########@",
        check_digit=CheckDigit.objects.get().pk,
        ignore_spaces="on",
        example="301122331",
    )
    send(
        manager,
        "/admin/income/funds/new/",
        code="05",
        name="Council tax",
        enabled="on",
        reference_rule=ReferenceRule.objects.get().pk,
        maximum_amount="5000.00",
        allow_overpayment="on",
        vat_code=vat.pk,
    )
    send(
        manager,
        "/admin/income/payment-types/new/",
        name="Council tax",
        slug="council-tax",
        fund=Fund.objects.get().pk,
        enabled="on",
        reference_source="payer",
        reference_label="Account number",
        amount_source="payer",
        minimum_amount="1.00",
        open_from="2026-04-01",
        open_until="2027-03-31",
    )

    payable = PaymentType.objects.get()
    assert compile_rule(payable.fund.reference_rule)("301 122 331") == "301122331"
    assert payable.open_until.isoformat() == "2027-03-31"
    assert AuditEntry.objects.filter(action="create").count() == 4


def test_what_does_not_hold_together_is_refused_in_words(manager):
    fund = make_fund()

    response = manager.post(
        "/admin/income/payment-types/new/",
        {
            "name": "Garden waste",
            "slug": "garden",
            "fund": fund.pk,
            "reference_source": "payer",
            "reference_label": "Number",
            "amount_source": "fixed",
            "minimum_amount": "1.00",
        },
    )

    assert response.status_code == 200
    assert "price" in response.context_data["form"].errors
    assert not PaymentType.objects.exists()


def test_a_fund_with_money_in_it_is_not_deleted_but_said_to_be_in_use(manager, council):
    make_payment(council.alpha.fund, council.method, source="x")

    page = manager.post(f"/admin/income/funds/delete/{council.alpha.fund.pk}/", follow=True)

    assert "Disable it instead." in page.content.decode()
    assert Fund.objects.filter(pk=council.alpha.fund.pk).exists()


def test_a_manager_made_by_ims_roles_can_do_all_of_it(db):
    from django.contrib.auth.models import Group, User

    call_command("ims_roles", verbosity=0)
    person = User.objects.create_user("mina")
    person.groups.add(Group.objects.get(name="Income manager"))

    home = logged_in(person).get("/admin/").content.decode()

    for address in (
        "funds",
        "payment-types",
        "check-digits",
        "merchant-accounts",
        "vat-codes",
        "transactions",
        "orders",
        "attention",
        "account-holders",
        "audit",
    ):
        assert f"/admin/income/{address}/" in home, address


def test_the_menu_holds_only_what_a_person_may_open(council):
    clerk = logged_in(make_person("ims_ledger.view_transaction", funds=(council.alpha.fund,)))

    home = clerk.get("/admin/").content.decode()

    assert "/admin/income/transactions/" in home
    for address in ("funds", "orders", "audit", "vat-codes", "account-holders"):
        assert f"/admin/income/{address}/" not in home
