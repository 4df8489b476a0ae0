"""What is missing or contradictory is said before residents find out, on a page and by check."""

from datetime import date, timedelta

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from wagtail.models import Site

from ims_wagtail.access.models import StaffProfile
from ims_wagtail.backoffice.health.links import address_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import CheckDigit, Fund, MethodOfPayment, ReferenceRule, VatRate
from ims_wagtail.funds.system_checks import check_database, check_deployment
from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.payments.models import Attempt
from ims_wagtail.probes import Finding, Looks, Severity, findings
from tests.factories import (
    make_council_tax_rule,
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_price,
    make_suspense_fund,
    make_vat_code,
)
from tests.pages.making import make_home, make_page
from tests.staff.council import make_attempt, make_order
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db

HEALTH = "/admin/income/health/"
PERMISSION = "ims_backoffice.view_health"


def codes() -> set[str]:
    """What is found; that the sandbox is installed is true of all these tests."""
    found = {finding.code for finding in findings(Looks.SETUP, Looks.SETTINGS)}
    return found - {"ims_sandbox.W001"}


def found(code: str) -> list[Finding]:
    return [each for each in findings(Looks.SETUP, Looks.SETTINGS) if each.code == code]


@pytest.fixture
def healthy(settings):
    """A council with which nothing is wrong."""
    settings.IMS = {
        "BASE_URL": "https://pay.example.gov.uk",
        "CREDENTIALS": {"main": {"api_key": "k"}},
    }
    make_suspense_fund()
    make_method()
    account = make_merchant_account("main", name="Main")
    payment_type = make_payment_type("council-tax")
    return account, payment_type


def test_nothing_is_said_of_a_council_with_which_nothing_is_wrong(healthy):
    assert codes() == set()


def test_no_suspense_fund(healthy):
    fund = Fund.objects.get(is_suspense=True)
    fund.enabled = False
    fund.save()
    assert codes() == {"ims_funds.W003"}
    fund.delete()
    assert codes() == {"ims_funds.W001"}


def test_a_live_page_whose_payment_type_is_closed_or_has_no_price_today(healthy):
    _account, payment_type = healthy
    home = make_home()
    make_page(home, payment_type=payment_type, title="Pay council tax")
    draft = make_payment_type("draft", fund=payment_type.fund, enabled=False)
    make_page(home, payment_type=draft, title="Draft", slug="draft-page", live=False)
    assert codes() == set()

    payment_type.open_from = accounting_date() + timedelta(days=1)
    payment_type.save()
    (finding,) = found("ims_pages.E001")
    assert "“Pay council tax”" in finding.message
    assert "draft" not in finding.message.lower()

    payment_type.open_from = None
    payment_type.amount_source = "fixed"
    payment_type.price = make_price("10.00", starts=accounting_date() + timedelta(days=1))
    payment_type.save()
    assert len(found("ims_pages.E001")) == 1


def test_a_payment_type_without_a_vat_rate_today(healthy):
    _account, payment_type = healthy
    VatRate.objects.update(starts=accounting_date() + timedelta(days=1))

    assert {"ims_funds.W004", "ims_funds.E002"} <= codes()
    (finding,) = found("ims_funds.E002")
    assert finding.about == payment_type

    VatRate.objects.update(starts=accounting_date())
    assert codes() == set()


def test_a_kind_without_a_default_method(healthy):
    make_method(MethodKind.CASH)
    MethodOfPayment.objects.filter(kind=MethodKind.CASH).update(is_default=False)
    assert codes() == {"ims_funds.W005"}

    MethodOfPayment.objects.all().delete()
    assert codes() == {"ims_funds.E003"}, "without card payments online nobody can pay"


def test_merchant_accounts(healthy, settings):
    account, _payment_type = healthy
    settings.IMS = {**settings.IMS, "CREDENTIALS": {}}
    (finding,) = found("ims_payments.E002")
    assert finding.severity == Severity.ERROR
    assert "IMS['CREDENTIALS']['main']" in finding.remedy

    account.routes.all().delete()
    account.provider = "worldpay"
    account.save()
    assert codes() == {"ims_payments.E001", "ims_payments.E002", "ims_payments.E003"}
    assert found("ims_payments.E002")[0].severity == Severity.WARNING


def test_a_page_on_a_site_where_no_account_takes_what_is_paid_on_it(healthy):
    account, payment_type = healthy
    home = make_home()
    other = Site.objects.create(hostname="otherton.example", root_page=home)
    make_page(home, payment_type=payment_type, title="Pay council tax")
    assert codes() == set()

    account.routes.update(site=other)
    (finding,) = found("ims_pages.E004")
    assert "“Pay council tax”" in finding.message
    assert codes() == {"ims_pages.E004"}, "on the other site it is taken"

    account.routes.update(site=Site.objects.get(is_default_site=True))
    assert codes() == set()


def test_a_fund_that_takes_any_reference(healthy):
    _account, payment_type = healthy
    Fund.objects.filter(pk=payment_type.fund_id).update(reference_rule=None)
    assert codes() == {"ims_funds.W006"}

    Fund.objects.filter(pk=payment_type.fund_id).update(account_must_exist=True)
    assert codes() == set()


def test_a_rule_that_refuses_its_own_example(healthy):
    rule = ReferenceRule.objects.get(name=make_council_tax_rule().name)
    ReferenceRule.objects.filter(pk=rule.pk).update(example="301122332")

    (finding,) = found("ims_funds.W007")
    assert finding.about == rule
    assert CheckDigit.objects.exists()


def test_payments_nobody_checks(healthy):
    account, payment_type = healthy
    attempt = make_attempt(make_order(payment_type), account)
    late = timezone.now() - timedelta(minutes=59)
    Attempt.objects.filter(pk=attempt.pk).update(next_check_at=late)
    assert "ims_payments.E004" not in codes()

    Attempt.objects.filter(pk=attempt.pk).update(next_check_at=late - timedelta(minutes=2))
    (finding,) = found("ims_payments.E004")
    assert "One payment should have been checked" in finding.message


def test_messages_that_wait_or_were_given_up(healthy):
    values = {"kind": "payment_receipt", "language": "en"}
    now = timezone.now()
    Message.objects.create(source="a", next_try_at=now - timedelta(minutes=50), **values)
    Message.objects.create(source="b", state=MessageState.SENT, **values)
    assert codes() == set()

    Message.objects.create(source="c", next_try_at=now - timedelta(minutes=70), **values)
    Message.objects.create(source="d", state=MessageState.FAILED, **values)
    assert codes() == {"ims_notifications.W001", "ims_notifications.W002"}


def test_a_person_who_holds_both_halves_of_a_duty(healthy):
    make_person(
        "ims_funds.add_pricechange",
        "ims_funds.approve_pricechange",
        funds=(ALL_FUNDS,),
        name="both.halves",
    )

    (finding,) = found("ims_access.W002")

    assert "both.halves" in finding.message
    assert address_of(finding.about).startswith("/admin/income/")


def test_accounts_nobody_uses_and_nobody_disabled(healthy):
    person = make_person()
    assert "ims_access.W003" not in codes()

    long_ago = timezone.now() - timedelta(days=200)
    type(person).objects.filter(pk=person.pk).update(date_joined=long_ago)
    StaffProfile.objects.filter(user=person).update(enabled_at=None)
    assert "ims_access.W003" in codes()

    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert "ims_access.W003" not in codes()


def test_settings_that_are_not_for_residents(healthy, settings):
    settings.IMS = {**settings.IMS, "BASE_URL": "http://pay.example.gov.uk"}
    assert codes() == {"ims_backoffice.E001"}
    settings.DEBUG = True
    assert codes() == {"ims_backoffice.W001"}, "at home there is no https"


def test_check_deploy_says_what_the_page_says(healthy, capsys):
    Fund.objects.filter(is_suspense=True).delete()
    VatRate.objects.all().delete()
    said = {message.id for message in check_deployment(app_configs=None)}

    assert said >= {finding.code for finding in findings(*Looks)}
    assert {"ims_funds.W001", "ims_funds.E002"} <= said
    with pytest.raises(CommandError) as failure:
        call_command("check", deploy=True)
    assert "can’t be paid: VAT code" in str(failure.value)


def test_check_deploy_with_a_database_says_nothing_twice(healthy):
    Fund.objects.filter(is_suspense=True).delete()

    messages = [
        message.id
        for message in checks.run_checks(include_deployment_checks=True, databases=["default"])
    ]

    assert messages.count("ims_funds.W001") == 1


def test_a_wrong_set_up_never_stops_a_migration(healthy):
    VatRate.objects.all().delete()

    messages = check_database(app_configs=None, databases=["default"])

    assert "ims_funds.E002" in {message.id for message in messages}
    assert max(message.level for message in messages) == checks.WARNING


def test_before_the_first_migration_only_the_server_is_looked_at():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ims_funds_fund RENAME TO ims_funds_gone")

    ids = {message.id for message in check_database(app_configs=None, databases=["default"])}

    assert ids <= {"ims_funds.W002"}


def test_every_finding_says_what_to_do_and_leads_somewhere(healthy):
    account, payment_type = healthy
    make_page(make_home(), payment_type=payment_type)
    make_vat_code("ZZ")
    VatRate.objects.all().delete()
    payment_type.enabled = False
    payment_type.save()
    Fund.objects.filter(is_suspense=True).delete()
    MethodOfPayment.objects.all().delete()
    account.code = "gone"
    account.save()
    make_payment_type("open", fund=make_fund("77", reference_rule=None))

    said = findings(Looks.SETUP)

    assert len({finding.code for finding in said}) >= 7
    for finding in said:
        assert len(str(finding.remedy)) > 20, finding.code
        assert address_of(finding.about).startswith("/admin/"), finding.code


def test_the_page_lists_what_is_wrong_with_links(healthy):
    _account, payment_type = healthy
    VatRate.objects.all().delete()
    client = logged_in(make_person(PERMISSION, funds=(ALL_FUNDS,)))

    page = client.get(HEALTH).content.decode()

    assert "can’t be paid: VAT code" in page
    assert f'href="/admin/income/payment-types/edit/{payment_type.pk}/"' in page
    assert "ims_funds.E002" in page


def test_the_page_is_content_when_nothing_is_wrong(healthy, monkeypatch):
    monkeypatch.setattr(
        "ims_wagtail.backoffice.health.views.findings", lambda *looks: findings(Looks.SETUP)
    )
    client = logged_in(make_person(PERMISSION, funds=(ALL_FUNDS,)))

    assert "Nothing is missing or contradictory." in client.get(HEALTH).content.decode()


def test_people_of_some_funds_see_what_is_about_those(healthy):
    own, other = make_fund("OWN"), make_fund("OTHER")
    make_payment_type("own-type", fund=own)
    make_payment_type("other-type", fund=other)
    Fund.objects.filter(is_suspense=True).delete()
    client = logged_in(make_person(PERMISSION, funds=(own,)))

    page = client.get(HEALTH).content.decode()

    assert "Fund OWN" in page
    assert "OTHER" not in page
    assert "suspense" not in page


def test_nobody_else_sees_the_page(client):
    assert logged_in(make_person(funds=(ALL_FUNDS,))).get(HEALTH).status_code == 302


def test_the_page_asks_as_often_for_many_faults_as_for_few(healthy, django_assert_max_num_queries):
    client = logged_in(make_person(PERMISSION, funds=(ALL_FUNDS,)))
    client.get(HEALTH)
    _account, payment_type = healthy
    home = make_home()
    for number in range(12):
        make_payment_type(f"type-{number}", fund=make_fund(f"F{number}"))
        make_vat_code(f"V{number}"[:2])
        ReferenceRule.objects.create(name=f"Rule {number}", pattern="A+", example="B")
        make_page(
            home,
            payment_type=make_payment_type(f"off-{number}", fund=payment_type.fund, enabled=False),
            slug=f"page-{number}",
        )
    VatRate.objects.filter(starts__gt=date(2000, 1, 1)).delete()

    with django_assert_max_num_queries(41):
        page = client.get(HEALTH).content.decode()
    assert page.count("ims_pages.E001") == 12
    assert page.count("ims_funds.W006") == 12
    assert page.count("ims_funds.W007") == 12


def test_the_check_command_fails_on_a_forgetful_server(healthy):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    with override_settings(DEBUG=False), pytest.raises(CommandError, match="synchronous_commit"):
        call_command("check", databases=["default"], tags=["database"])
