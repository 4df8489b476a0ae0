"""Anyborough Council's data: complete, believable, valid and the same every time."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Count, Min, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.test import Client
from wagtail.models import Page

from example_site.demo_data import page_words, staff, stages
from ims_wagtail.access.policy import funds_for, user_may
from ims_wagtail.access.roles import ROLES
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.checkout.requests.enums import RequestState
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.checkout.requests.selectors import state_of, with_payments
from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.corrections.models import Correction
from ims_wagtail.funds.attributes import read
from ims_wagtail.funds.models import (
    Attribute,
    AttributeValue,
    CheckDigit,
    Fund,
    FundGroup,
    LedgerCode,
    MethodOfPayment,
    Office,
    PaymentType,
    ReferenceRule,
    VatCode,
    VatRate,
)
from ims_wagtail.funds.references import compile_rule
from ims_wagtail.funds.selectors import suspense_fund, vat_rate
from ims_wagtail.imports.models import (
    Import,
    ImportRule,
    ImportType,
    Layout,
    LayoutColumn,
    RuleAction,
    RuleCondition,
)
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.payments.enums import AttemptState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order
from ims_wagtail.payments.selectors import attempts_needing_attention
from ims_wagtail.suspense.models import SuspenseItem
from tests.staff.people import logged_in


pytestmark = pytest.mark.django_db


def test_set_up_says_each_step_and_what_came_of_it(anyborough):
    for stage in stages.STAGES:
        assert f"{stage.title} ..." in anyborough
    assert "2,000 account holders" in anyborough


def test_second_run_changes_nothing_and_says_so(anyborough):
    before = (Posting.objects.count(), Page.objects.count(), User.objects.count())
    said = StringIO()

    call_command("ims_demo", stdout=said)

    assert "complete already; nothing was changed" in said.getvalue()
    assert (Posting.objects.count(), Page.objects.count(), User.objects.count()) == before


def test_book_of_the_demo_keeps_every_rule(anyborough):
    said = StringIO()

    call_command("ims_verify", stdout=said)

    assert "BROKEN" not in said.getvalue()
    assert "holds" in said.getvalue()


def test_everything_staff_set_up_would_pass_their_own_screens(anyborough):
    for model in (
        VatCode,
        VatRate,
        CheckDigit,
        ReferenceRule,
        Fund,
        FundGroup,
        LedgerCode,
        Attribute,
        AttributeValue,
        MethodOfPayment,
        Office,
        PaymentType,
        StopMessage,
        MerchantAccount,
    ):
        for row in model.objects.all():
            row.full_clean()


def test_every_fund_has_a_ledger_code_and_what_is_required_of_it(anyborough):
    required = list(Attribute.objects.filter(applies_to="fund", required=True))
    assert required

    for fund in Fund.objects.all():
        assert fund.ledger_codes.filter(starts__lte=accounting_date()).exists(), fund
        for attribute in required:
            assert fund.attribute_values.filter(attribute=attribute).exists(), fund
    for value in AttributeValue.objects.select_related("attribute"):
        assert read(value.attribute, value.value) != ""


def test_one_ledger_code_has_changed_and_the_old_one_is_kept(anyborough):
    garden_waste = Fund.objects.get(code="GW").ledger_codes.order_by("starts")

    assert [code.code for code in garden_waste] == ["E1000/4410", "W1100/4410"]


def test_fund_groups_hold_funds_and_methods_have_colours(anyborough):
    assert FundGroup.objects.get(name="Housing").funds.count() == 4
    assert MethodOfPayment.objects.exclude(background_colour="").count() == 7


def test_standard_vat_is_17_5_percent_until_the_day_it_became_20(anyborough):
    standard = VatCode.objects.get(code="W0")
    from_today = vat_rate(standard, accounting_date())

    changed = VatRate.objects.get(vat_code=standard, rate=from_today).starts

    assert str(changed) == "2011-01-04"
    assert float(vat_rate(standard, changed - timedelta(days=1))) == 0.175
    assert float(from_today) == 0.2


def test_every_account_reference_holds_under_its_funds_rule(anyborough):
    checks = {
        fund.pk: compile_rule(fund.reference_rule)
        for fund in Fund.objects.exclude(reference_rule=None).select_related(
            "reference_rule__check_digit"
        )
    }
    accounts = list(AccountHolder.objects.all())

    assert len(accounts) == 2000
    assert [a for a in accounts if checks[a.fund_id](a.reference) != a.reference] == []
    paid = Transaction.objects.filter(fund__in=checks).values_list("fund_id", "account_reference")
    assert [(f, r) for f, r in paid.distinct() if checks[f](r) != r] == []


def test_some_accounts_are_stopped_with_other_words_for_residents(anyborough):
    message = StopMessage.objects.get(fund__code="23", code="EA")

    assert message.public_text
    assert message.public_text != message.staff_text
    assert AccountHolder.objects.filter(stop_message=message).exists()


def test_about_twenty_thousand_transactions_reach_back_sixty_days(anyborough):
    lines = Transaction.objects.all()
    first = lines.aggregate(first=Min("accounting_date"))["first"]

    assert 18_000 < lines.count() < 23_000
    assert first == accounting_date() - timedelta(days=60)
    assert lines.values("accounting_date").distinct().count() >= 60


def test_working_days_and_lunchtimes_are_busiest(anyborough):
    paid = Posting.objects.filter(kind__in=(PostingKind.PAYMENT, PostingKind.STAFF_RECEIPT))
    by_day = Counter(dict(_count_by(paid, ExtractIsoWeekDay("entered_at", tzinfo=LONDON))))
    by_hour = Counter(dict(_count_by(paid, ExtractHour("entered_at", tzinfo=LONDON))))

    assert max(by_day[6], by_day[7]) < min(by_day[day] for day in range(1, 6))
    assert by_hour.most_common(1)[0][0] in (12, 13)
    assert by_hour[3] < by_hour[12] / 20


def test_few_payments_were_refunded_and_money_nobody_knows_lies_in_suspense(anyborough):
    refunds = Posting.objects.filter(kind=PostingKind.REFUND)
    unmatched = Transaction.objects.filter(fund=suspense_fund())
    left = unmatched.aggregate(left=Sum("amount"))["left"]

    assert 20 < refunds.count() < 60
    assert all(refund.total < 0 for refund in refunds)
    assert left > 0
    assert Posting.objects.filter(kind=PostingKind.SUSPENSE_ALLOCATION).exists()


def test_the_officer_has_begun_on_what_lies_in_suspense(anyborough):
    begun = SuspenseItem.objects.filter(owner__username="finance", cleared=False)

    assert begun.count() == 3
    assert all(item.due and item.notes.exists() for item in begun)
    assert SuspenseItem.objects.filter(cleared=False).count() > 10


def test_a_correction_waits_for_a_second_person(anyborough):
    approver = logged_in(User.objects.get(username="approver"))
    correction = Correction.objects.get()

    assert correction.state == "waiting"
    assert correction.reference in approver.get("/admin/income/approvals/").content.decode()


def test_one_file_is_posted_and_one_waits_for_somebody_to_decide(anyborough):
    posted = Import.objects.get(import_type__code="bank-statement")
    waiting = Import.objects.get(import_type__code="paypoint")
    finance = logged_in(User.objects.get(username="finance"))
    page = finance.get(f"/admin/income/imports/inspect/{waiting.pk}/").content.decode()

    assert (posted.state, posted.amount) == ("posted", Decimal("1733.60"))
    assert posted.rows.filter(outcome="posted").count() == 5
    assert (waiting.state, waiting.problem_count) == ("previewed", 1)
    assert waiting.totals.filter(fund__code="5", outcome="posted").get().count == 3
    assert "Post the good rows, the rest to suspense" in page


def test_two_rules_of_files_are_on_and_one_waits_for_the_approver(anyborough):
    rules = dict(ImportRule.objects.values_list("name", "enabled"))
    approver = logged_in(User.objects.get(username="approver"))

    assert rules == {
        "Council tax paid into the bank": True,
        "Rents paid in shops": True,
        "Charges of the bank": False,
    }
    assert "Charges of the bank" in approver.get("/admin/income/approvals/").content.decode()
    for model in (ImportType, ImportRule, Layout, LayoutColumn, RuleCondition, RuleAction):
        for row in model.objects.all():
            row.full_clean()


def test_nothing_is_dated_in_the_future(anyborough):
    assert not Transaction.objects.filter(accounting_date__gt=accounting_date()).exists()


def test_orders_ended_in_every_usual_way_and_three_need_a_person(anyborough):
    states = set(Attempt.objects.values_list("state", flat=True))
    problems = {attempt.state for attempt in attempts_needing_attention()}

    assert 30 <= Order.objects.count() <= 60
    assert {AttemptState.PAID, AttemptState.DECLINED, AttemptState.CANCELLED_BY_PAYER} < states
    assert problems == {
        AttemptState.MISMATCH,
        AttemptState.CAPTURE_FAILED,
        AttemptState.SUBMITTED,
    }


def test_one_person_stands_for_each_role_and_can_log_in(anyborough):
    for role in ROLES:
        assert User.objects.filter(groups__name=role.name).count() == 1, role.name
    for username, *_ in staff.PEOPLE:
        assert Client().login(username=username, password=staff.PASSWORD), username


def test_parking_cashier_sees_parking_and_nothing_else(anyborough):
    parking = User.objects.get(username="parking")
    seen = funds_for(parking, "ims_ledger.view_transaction")

    assert {fund.code for fund in seen} == {"11", "2R"}
    assert not user_may(parking, "ims_ledger.view_transaction", Fund.objects.get(code="23"))


def test_every_page_opens_and_every_payment_page_has_its_form(anyborough, client):
    pages = Page.objects.live().filter(depth__gt=1).specific()

    for page in pages:
        response = client.get(page.get_url())
        assert response.status_code == 200, page.title
        assert f">{page.title}</h1>" in response.content.decode(), page.title
    slugs = {words.slug for words in page_words.PAYMENT_PAGES}
    for page in pages.filter(slug__in=slugs):
        assert client.get(page.get_url()).context["form"], page.title


def test_editor_finds_a_page_by_searching_for_its_title(anyborough, client):
    client.force_login(User.objects.get(username="editor"))
    call_command("update_index", stdout=StringIO())  # what the worker does while the demo runs

    found = client.get("/admin/pages/search/", {"q": "council tax"})

    assert "Pay your council tax" in found.content.decode()


def test_requests_to_pay_stand_in_every_way_and_a_page_shows_ways_to_pay(anyborough, client):
    asked = with_payments(RequestToPay.objects.all())
    page = client.get("/ways-to-pay/").content.decode()

    assert {state_of(each) for each in asked} == set(RequestState) - {RequestState.EXPIRED}
    assert "/pay/fill-in/" in page
    assert "What things cost" in page


def test_pictures_of_references_are_told_in_words(anyborough):
    pages = [p for p in Page.objects.live().specific() if getattr(p, "reference_image", None)]

    assert len(pages) >= 5
    assert all(page.reference_image_alt for page in pages)


def _count_by(postings, part):
    return postings.annotate(part=part).values_list("part").annotate(count=Count("pk"))
