"""The daily comparison: what a provider tells otherwise than we do is found and explained."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.comparing.compare import compare_day
from ims_wagtail.payments.comparing.finding import AlreadyClosed, NotExplained, close, take_over
from ims_wagtail.payments.enums import AttemptState, DifferenceKind, EventSource, RefundState
from ims_wagtail.payments.models import Comparison, Difference, Refund
from ims_wagtail.payments.providers.contract import (
    ProviderState,
    RefundObservation,
    RefundStatus,
    Unreachable,
)
from ims_wagtail.payments.providers.sandbox import remote_refunds
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import settle, start_payment
from tests.payments.making import breaches, make_order, money_posted, use_card
from tests.payments.refunding import make_paid


@pytest.fixture
def listed(monkeypatch):
    """Return changes to what the provider lists: ``listed(payments -> payments)``."""
    change = {"list": lambda payments: payments}

    def between(self, since, until):
        return iter(
            change["list"](
                [self.read(str(payment.pk)) for payment in SandboxPayment.objects.order_by("pk")]
            )
        )

    monkeypatch.setattr(SandboxProvider, "payments_between", between)
    return lambda function: change.update(list=function)


def pay(council, amount="10.00"):
    """Return an attempt whose payer has paid, which nobody has told us of yet."""
    attempt = start_payment(order=make_order(council, amount)).attempt
    use_card(attempt)
    return attempt


def paid(council, amount="10.00"):
    """Return an attempt that took money."""
    return settle(attempt_id=pay(council, amount).pk, source=EventSource.SCHEDULE)


def compare(council):
    """Compare today."""
    return compare_day(account=council.account, day=accounting_date())


def open_ones():
    """Return the differences that nobody has explained."""
    return list(Difference.objects.filter(closed_at__isnull=True).order_by("pk"))


def test_a_day_on_which_both_sides_agree_has_totals_and_no_differences(council, listed):
    paid(council, "10.00")
    paid(council, "20.50")
    comparison = compare(council)
    assert (comparison.our_count, comparison.our_total) == (2, Decimal("30.50"))
    assert (comparison.their_count, comparison.their_total) == (2, Decimal("30.50"))
    assert not open_ones()


def test_a_payment_nobody_told_us_of_is_settled_by_comparing_instead_of_reported(council, listed):
    attempt = pay(council)
    compare(council)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID
    assert money_posted() == Decimal("10.00")
    assert not open_ones()


def test_a_payment_made_by_another_system_on_the_account_is_theirs_and_never_income(
    council, listed
):
    paid(council)
    listed(
        lambda payments: [
            *payments,
            replace(payments[0], provider_id="elsewhere", reference="SHOP-1"),
        ]
    )
    compare(council)
    (difference,) = open_ones()
    assert difference.kind == DifferenceKind.NOT_OURS
    assert (difference.reference, difference.their_amount) == ("SHOP-1", Decimal("10.00"))
    assert money_posted() == Decimal("10.00")


def test_an_unpaid_payment_of_another_system_is_nobody_s_business(council, listed):
    paid(council)
    listed(
        lambda payments: [
            *payments,
            replace(payments[0], provider_id="elsewhere", state=ProviderState.DECLINED),
        ]
    )
    compare(council)
    assert not open_ones()


def test_a_payment_the_provider_does_not_list_is_ours_only(council, listed):
    attempt = paid(council)
    listed(lambda payments: [])
    compare(council)
    (difference,) = open_ones()
    assert difference.kind == DifferenceKind.NOT_THEIRS
    assert difference.attempt == attempt


def test_another_amount_in_their_list_is_a_difference(council, listed):
    paid(council)
    listed(lambda payments: [replace(payments[0], amount=Decimal("9.99"))])
    compare(council)
    (difference,) = open_ones()
    assert difference.kind == DifferenceKind.DIFFERENT
    assert (difference.their_amount, difference.our_amount) == (Decimal("9.99"), Decimal("10.00"))


def test_comparing_again_keeps_the_owner_and_closes_what_is_gone(
    council, listed, django_user_model
):
    paid(council)
    listed(lambda payments: [])
    compare(council)
    officer = django_user_model.objects.create_user("finance")
    take_over(difference_id=open_ones()[0].pk, by=officer)
    compare(council)
    (difference,) = open_ones()
    assert difference.owner == officer

    listed(lambda payments: payments)
    compare(council)
    assert not open_ones()
    difference.refresh_from_db()
    assert difference.explanation
    assert Comparison.objects.count() == 1


def test_a_difference_is_closed_only_with_an_explanation_and_once(
    council, listed, django_user_model
):
    paid(council)
    listed(lambda payments: [])
    compare(council)
    (difference,) = open_ones()
    officer = django_user_model.objects.create_user("finance")
    with pytest.raises(NotExplained):
        close(difference_id=difference.pk, by=officer, explanation="  ")
    close(difference_id=difference.pk, by=officer, explanation="Moved to another account")
    with pytest.raises(AlreadyClosed):
        close(difference_id=difference.pk, by=officer, explanation="Again")
    assert AuditEntry.objects.filter(action="close difference", user=officer).count() == 1

    compare(council)
    assert not open_ones(), "the same difference is not asked about again"


def test_the_database_refuses_a_closed_difference_without_words(council, listed):
    paid(council)
    listed(lambda payments: [])
    compare(council)
    with pytest.raises(IntegrityError, match="explained"), transaction.atomic():
        Difference.objects.update(closed_at=timezone.now())


def test_a_payment_of_the_next_day_is_neither_counted_nor_missed(council, listed):
    paid(council)
    comparison = compare_day(account=council.account, day=accounting_date() - timedelta(days=1))
    assert (comparison.our_count, comparison.their_count) == (0, 0)
    assert not open_ones()


def test_what_a_provider_tells_late_is_kept_when_the_day_is_compared_again(council, listed):
    attempt = paid(council)
    listed(
        lambda payments: [replace(payments[0], fee=Decimal("0.31"), settled_on=accounting_date())]
    )
    for _time in range(2):
        compare(council)
    attempt.refresh_from_db()
    assert (attempt.fee, attempt.settled_on) == (Decimal("0.31"), accounting_date())
    assert not open_ones()


def test_a_refund_made_in_the_provider_s_console_is_found_and_posted(council):
    attempt = make_paid(council, "10.00")
    payment = SandboxPayment.objects.get(reference=attempt.reference)
    remote_refunds.refund_in_console(payment=payment, amount=Decimal("4.00"))
    SandboxRefund.objects.update(state="success")
    comparison = compare(council)

    assert money_posted() == Decimal("6.00")
    assert Refund.objects.get().state == RefundState.SUCCEEDED
    assert (comparison.our_count, comparison.our_total) == (2, Decimal("6.00"))
    assert (comparison.their_count, comparison.their_total) == (2, Decimal("6.00"))
    assert not open_ones()
    assert not breaches()


def test_a_refund_of_another_system_s_payment_is_theirs_and_never_posted(council, monkeypatch):
    attempt = make_paid(council, "10.00")
    elsewhere = RefundObservation(
        refund_id="re_elsewhere",
        provider_id="elsewhere",
        amount=Decimal("3.00"),
        status=RefundStatus.SUCCEEDED,
        raw_state="success",
    )
    monkeypatch.setattr(
        SandboxProvider, "refunds_between", lambda self, since, until: iter([elsewhere])
    )
    compare(council)
    (difference,) = open_ones()
    assert (difference.kind, difference.is_refund) == (DifferenceKind.NOT_OURS, True)
    assert money_posted() == attempt.amount


def test_a_refund_of_ours_that_the_provider_does_not_list_is_told(council, monkeypatch):
    attempt = make_paid(council, "10.00")
    payment = SandboxPayment.objects.get(reference=attempt.reference)
    remote_refunds.refund_in_console(payment=payment, amount=Decimal("4.00"))
    SandboxRefund.objects.update(state="success")
    compare(council)
    monkeypatch.setattr(SandboxProvider, "refunds_between", lambda self, since, until: iter(()))
    compare(council)
    (difference,) = open_ones()
    assert (difference.kind, difference.is_refund) == (DifferenceKind.NOT_THEIRS, True)
    assert difference.refund == Refund.objects.get()


def test_comparing_takes_as_many_queries_for_many_payments_as_for_few(council, listed):
    def queries():
        with CaptureQueriesContext(connection) as made:
            compare(council)
        ours = [
            q for q in made if "ims_sandbox" not in q["sql"] and "sandboxpayment" not in q["sql"]
        ]
        return len(ours)

    paid(council)
    compare(council)
    few = queries()
    for _number in range(8):
        paid(council)
    assert queries() == few


def test_the_command_also_looks_again_at_the_day_a_week_before(council, listed):
    call_command("ims_compare_payments")
    days = set(Comparison.objects.values_list("day", flat=True))
    yesterday = accounting_date() - timedelta(days=1)
    assert days == {yesterday, yesterday - timedelta(days=7)}


def test_the_command_compares_yesterday_and_says_who_did_not_answer(
    council, listed, capsys, monkeypatch
):
    paid(council)
    call_command("ims_compare_payments", day=accounting_date())
    assert "theirs 1 of 10.00, ours 1 of 10.00, 0 differences" in capsys.readouterr().out

    def silent(self, since, until):
        raise Unreachable

    monkeypatch.setattr(SandboxProvider, "payments_between", silent)
    with pytest.raises(CommandError, match="sandbox"):
        call_command("ims_compare_payments")
