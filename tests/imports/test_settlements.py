"""Reports of payment providers: what the book has comes to nothing new, the rest is told apart."""

import json
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.exceptions import AlreadyImported
from ims_wagtail.imports.formats.adyen_report import ADYEN_REPORT
from ims_wagtail.imports.formats.contract import Unreadable
from ims_wagtail.imports.formats.govukpay_payout import GOVUKPAY_PAYOUT
from ims_wagtail.imports.formats.govukpay_report import GOVUKPAY_REPORT
from ims_wagtail.imports.formats.stripe_report import STRIPE_REPORT
from ims_wagtail.imports.models import ImportRow
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.ledger.services import post as post_lines
from ims_wagtail.payments.models import Attempt, Order
from tests.factories import make_merchant_account

from .making import external_method, make_import_type
from .reading import read, sample
from .running import book, breaches, bring, outcomes, post


REPORTS = (GOVUKPAY_REPORT, GOVUKPAY_PAYOUT, STRIPE_REPORT, ADYEN_REPORT)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            GOVUKPAY_REPORT,
            [
                (2, "P-7KQ2", "45.00", "hu20sqlact5260q2nanm0q8u93"),
                (3, "P-7KQ3", "1002.50", "2ba74q1b5dd1b26kmmf0la1f8g"),
                (5, "P-7KQ2", "-20.00", "hu20sqlact5260q2nanm0q8u93"),
            ],
        ),
        (
            GOVUKPAY_PAYOUT,
            [
                (2, "P-7KQ2", "45.00", "hu20sqlact5260q2nanm0q8u93"),
                (3, "P-7KQ3", "1002.50", "2ba74q1b5dd1b26kmmf0la1f8g"),
                (4, "P-7KQ2", "-20.00", "hu20sqlact5260q2nanm0q8u93"),
            ],
        ),
        (
            STRIPE_REPORT,
            [
                (2, "P-7KQ2", "45.00", "pi_1"),
                (3, "P-7KQ3", "12.50", "pi_2"),
                (4, "P-7KQ2", "-20.00", "pi_1"),
            ],
        ),
        (
            ADYEN_REPORT,
            [
                (2, "P-7KQ2", "45.00", "8816178952380553"),
                (3, "P-7KQ3", "12.50", "8816178952380554"),
                (4, "P-7KQ2", "-20.00", "8816178952380553"),
            ],
        ),
    ],
    ids=lambda one: getattr(one, "key", ""),
)
def test_payments_and_refunds_are_rows_and_the_providers_own_business_is_not(report, expected):
    rows, problems, _totals = read(report, sample(report))

    assert not problems
    assert [(r.number, r.reference, str(r.amount), r.psp_reference) for r in rows] == expected
    assert [row.date for row in rows] == [date(2026, 11, day) for day in (20, 20, 21)]
    assert len({row.external_id for row in rows}) == 3


@pytest.mark.parametrize(
    ("report", "old", "new", "line", "column"),
    [
        (GOVUKPAY_REPORT, "44.32", "44.33", 2, "Net"),
        (GOVUKPAY_REPORT, ",Declined,", ",Perhaps,", 4, "State"),
        (GOVUKPAY_REPORT, ",Refund success,", ",Success,", 5, "Total Amount"),
        (GOVUKPAY_REPORT, "20 Nov 2026,10", "31 Nov 2026,10", 2, "Date Created"),
        (GOVUKPAY_PAYOUT, "4432", "4433", 2, "Net"),
        (GOVUKPAY_PAYOUT, "4500", "45.00", 2, "Amount"),
        (GOVUKPAY_PAYOUT, '"-2000"', '"2000"', 4, "Amount"),
        (GOVUKPAY_PAYOUT, "PAYMENT", "LOAN", 2, "Transaction Type"),
        (GOVUKPAY_PAYOUT, '"PAID"', '"FAILED"', 2, "Payout status"),
        (GOVUKPAY_PAYOUT, "10:15:00.000Z", "10:15:00", 2, "Transaction Date"),
        (
            GOVUKPAY_PAYOUT,
            '"hu20sqlact5260q2nanm0q8u93","re_1"',
            ',"re_1"',
            4,
            "Refunded for GOV.UK Pay external ID",
        ),
        (STRIPE_REPORT, "44.12", "44.11", 2, "net"),
        (STRIPE_REPORT, ",gbp,", ",eur,", 2, "currency"),
        (STRIPE_REPORT, ",fee,gbp", ",lottery,gbp", 5, "reporting_category"),
        (STRIPE_REPORT, "txn_1", "", 2, "balance_transaction_id"),
        (STRIPE_REPORT, "12.50,", "12.5O,", 3, "gross"),
        (ADYEN_REPORT, "44.70", "44.71", 2, "Net Credit (NC)"),
        (ADYEN_REPORT, "GBP,,45.00", "USD,,45.00", 2, "Gross Currency"),
        (ADYEN_REPORT, ",Refunded,", ",Lent,", 4, "Type"),
        (ADYEN_REPORT, ",0.25,,,,,,4", ",0.25,,,,,,5", 3, "Batch Number"),
    ],
    ids=lambda one: getattr(one, "key", str(one)),
)
def test_figures_that_do_not_add_up_are_named(report, old, new, line, column):
    text = sample(report).decode()
    assert old in text
    _rows, problems, _totals = read(report, text.replace(old, new, 1).encode())

    assert [(problem.line, problem.column) for problem in problems] == [(line, column)]
    assert all(one.found and one.expected and one.remedy and one.raw for one in problems)


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.key)
def test_more_columns_are_nothing_but_a_missing_one_is_another_report(report):
    lines = sample(report).decode().splitlines()
    wider = "\n".join(f"{line},{'more' if n else 'More'}" for n, line in enumerate(lines))
    assert read(report, wider.encode())[0] == [
        row.__class__(**{slot: getattr(row, slot) for slot in row.__slots__} | {"raw": raw})
        for row, raw in zip(
            read(report, sample(report))[0],
            [f"{row.raw},more" for row in read(report, sample(report))[0]],
            strict=True,
        )
    ]
    renamed = (
        sample(report)
        .replace(b'"Net"', b'"Sum"', 1)
        .replace(b"Amount,", b"Sum,", 2)
        .replace(b"gross,", b"sum,")
    )
    with pytest.raises(Unreadable) as refused:
        read(report, renamed.replace(b"Gross Credit (GC)", b"Credit"))
    assert "no such heading" in refused.value.problem.found


def test_a_payout_is_at_the_bank_on_one_day_and_its_days_are_londons():
    text = sample(GOVUKPAY_PAYOUT).decode()
    rows, _problems, totals = read(GOVUKPAY_PAYOUT, text.encode())
    assert totals.date == date(2026, 11, 24)
    assert "in the payout of 2026-11-24" in rows[0].narrative

    late = text.replace("2026-11-20T10:15:00.000Z", "2026-06-20T23:15:00.000Z")
    assert read(GOVUKPAY_PAYOUT, late.encode())[0][0].date == date(2026, 6, 21)
    two = text + text.splitlines()[1].replace("2026-11-24", "2026-11-25")
    (problem,) = read(GOVUKPAY_PAYOUT, two.encode())[1]
    assert (problem.line, problem.column) == (5, "Payout estimated arrival")


def pay(fund, psp_reference: str, amount: str) -> str:
    """A payment in the book, as it was when it was paid."""
    with transaction.atomic():
        post_lines(
            kind=PostingKind.PAYMENT,
            source=f"test:{uuid4()}",
            lines=[
                Line(
                    fund_id=fund.pk,
                    account_reference="301122331",
                    method_id=external_method().pk,
                    amount=Decimal(amount),
                    vat_code_id=fund.vat_code_id,
                    vat_rate=Decimal(0),
                    vat_amount=Decimal(0),
                    receipt_number="R1",
                    psp_reference=psp_reference,
                )
            ],
        )
    return Transaction.objects.latest("pk").reference


def attempt(reference: str, provider_id: str, amount: str) -> Attempt:
    """A payment of ours that was begun."""
    account = make_merchant_account(code=f"m-{provider_id[:8]}".lower())
    order = Order.objects.create(
        reference=f"O{reference}",
        total=Decimal(amount),
        language="en",
        basket_token=uuid4(),
        account=account,
    )
    return Attempt.objects.create(
        order=order,
        account=account,
        number=1,
        reference=reference,
        token_hash=reference,
        provider_id=provider_id,
        amount=Decimal(amount),
    )


@pytest.fixture
def adyen(council):
    return make_import_type("adyen", format="adyen-report")


@pytest.mark.django_db
def test_a_report_that_the_book_has_already_is_done_and_posts_nothing(council, adyen):
    paid = pay(council.tax, "8816178952380553", "45.00")
    pay(council.tax, "8816178952380553", "-20.00")
    pay(council.sundry, "8816178952380554", "12.50")

    file = bring(adyen, sample(ADYEN_REPORT), "batch_4.csv")

    assert (file.state, file.problem_count) == (ImportState.POSTED, 0)
    assert outcomes(file) == ["duplicate"] * 3
    assert ImportRow.objects.get(of_import=file, ordinal=1).why == f"In the book as {paid}"
    assert str(book()) == "37.50"
    assert not breaches()
    with pytest.raises(AlreadyImported):
        bring(adyen, sample(ADYEN_REPORT), "batch_4 (1).csv")


@pytest.mark.django_db
def test_what_the_book_has_not_is_told_apart_and_never_posted_twice(council, adyen):
    pay(council.tax, "8816178952380553", "44.00")
    attempt("P-7KQ3-1", "8816178952380554", "12.50")
    lines = sample(ADYEN_REPORT).decode().splitlines()
    nobody = lines[2].replace("8816178952380554", "8816178952380999").replace("0002", "0009")
    file = bring(adyen, "\n".join((*lines[:3], nobody)).encode())

    assert outcomes(file) == ["rejected", "rejected", "problem"]
    told = list(file.problems.values_list("line", "found", "expected"))
    assert told[0] == (2, "£45.00", "£44.00, as the book has it")
    assert "P-7KQ3-1" in told[1][2]
    assert told[2][:2] == (4, "8816178952380999")

    post(file, OnProblems.SUSPENSE)
    line = Transaction.objects.latest("pk")
    assert (line.fund, str(line.amount)) == (council.suspense, "12.50")
    assert line.psp_reference == "8816178952380999"
    assert str(book()) == "56.50", "only the payment that nobody knows came in"


@pytest.mark.django_db
def test_two_refunds_alike_are_two(council, adyen):
    lines = sample(ADYEN_REPORT).decode().splitlines()
    twice = "\n".join((lines[0], lines[3], lines[3].replace("390003", "390004")))
    pay(council.tax, "8816178952380553", "-20.00")

    assert outcomes(bring(adyen, twice.encode())) == ["duplicate", "rejected"]


@pytest.mark.django_db
def test_stripe_knows_a_payment_by_our_reference(council):
    kind = make_import_type("stripe", format="stripe-report")
    attempt("P-7KQ2", "a1b2c3", "45.00")
    pay(council.tax, "a1b2c3", "45.00")

    file = bring(kind, sample(STRIPE_REPORT))

    assert outcomes(file) == ["duplicate", "problem", "rejected"]
    assert ImportRow.objects.get(of_import=file, ordinal=1).psp_reference == "a1b2c3"


@pytest.mark.django_db
def test_reports_take_no_default_fund(council):
    kind = make_import_type("pay", format="govukpay-report", default_fund=council.tax)
    with pytest.raises(ValidationError, match="in the book already"):
        kind.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize("options", [("--dry-run",), ()], ids=["dry run", "in earnest"])
def test_the_command_holds_a_report_against_the_book_too(council, adyen, tmp_path, capsys, options):
    for psp, amount in (("0553", "45.00"), ("0554", "12.50"), ("0553", "-20.00")):
        pay(council.tax, f"881617895238{psp}", amount)
    path = tmp_path / "batch_4.csv"
    path.write_bytes(sample(ADYEN_REPORT))

    call_command("ims_import", "adyen", str(path), *options)

    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == ("would_post" if options else "posted")
    assert (found["duplicates"], found["posted"], found["suspense"]) == (3, 0, 0)
    assert str(book()) == "37.50"
