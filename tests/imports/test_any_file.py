"""Whatever a file holds, however often its worker is killed: every penny is somewhere, once."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ims_wagtail.imports import checking, leases, posting
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.models import Import, ImportRow
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.models import Posting, Transaction

from .running import accounts, book, bring, check_now, file_of, line


pytestmark = pytest.mark.django_db

AMOUNTS = st.decimals("-500.00", "500.00", places=2).map(str) | st.sampled_from(["", "1.005", "x"])
ROWS = st.fixed_dictionaries(
    {
        "reference": st.sampled_from(["", "A1", "A2", "A3", "A4", "A5"]),
        "account": st.sampled_from(["301122331", "123456780", "301122332", ""]),
        "fund": st.sampled_from(["23", "24", "", "99", "SP"]),
        "moved": st.sampled_from(["2026-11-19", "2026-11-20", "29/02/2025"]),
        "amount": AMOUNTS,
        "narrative": st.sampled_from(["Rent", "Rent, May", 'Said "no"', "Tab\\there", ""]),
    }
)
FILES = st.lists(ROWS, min_size=1, max_size=12)


def any_file(example):
    """Run examples in worlds of their own: what one posts the next doesn't see."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(rows=FILES)
    def each(rows):
        with transaction.atomic():
            example(file_of(*(line(n, **row) for n, row in enumerate(rows, 1))))
            transaction.set_rollback(True)

    return each


def said(content: bytes) -> Decimal:
    """What the readable rows of a file come to."""
    total = Decimal(0)
    for row in content.decode().splitlines():
        try:
            amount = Decimal(row.split(",")[10])
        except ArithmeticError:
            continue
        readable = amount == amount.quantize(Decimal("0.01")) and "29/02" not in row
        total += amount if readable else 0
    return total


def came_to(file: Import, *outcomes: str) -> Decimal:
    rows = ImportRow.objects.filter(of_import=file, outcome__in=outcomes)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def post_if_any(file: Import) -> Import:
    if came_to_anything(file):
        confirm(import_id=file.pk, on_problems=OnProblems.SUSPENSE, at_once=True)
        work_on(import_id=file.pk)
    file.refresh_from_db()
    return file


def came_to_anything(file: Import) -> bool:
    wanted = ("posted", "suspense", "problem")
    return ImportRow.objects.filter(of_import=file, outcome__in=wanted).exists()


def test_a_files_sum_is_the_books_and_suspenses_and_what_was_left_out(council, transfers):
    def example(content):
        file = post_if_any(bring(transfers, content))
        check_now()
        in_suspense = Transaction.objects.filter(fund=council.suspense)
        assert said(content) == book() + came_to(file, "rejected", "duplicate")
        assert came_to(file, "suspense") == sum(one.amount for one in in_suspense)
        assert ImportRow.objects.filter(of_import=file).count() == content.count(b"\n")

    any_file(example)()


def test_what_is_run_and_undone_leaves_the_book_as_it_was(council, transfers):
    post_if_any(bring(transfers, file_of(line(90), line(91, account="x"))))
    before = accounts()

    def example(content):
        file = post_if_any(bring(transfers, content))
        if file.state != ImportState.POSTED:
            return
        undo(import_id=file.pk, reason="Wrong file", at_once=True)
        work_on(import_id=file.pk)
        check_now()
        file.refresh_from_db()
        assert file.state == ImportState.UNDONE
        assert accounts() == before

    any_file(example)()


class Killed(BaseException):
    """The worker is gone: nothing after this line happens."""


def test_a_worker_killed_anywhere_and_the_next_one_together_run_a_file_once(
    council, transfers, monkeypatch
):
    """Every place where work reaches the database is a place to be killed at, before and after."""
    content = file_of(*(line(n, account="301122331" if n % 3 else "bad") for n in range(1, 9)))
    monkeypatch.setattr(checking, "BATCH", 3)
    places = [
        (leases.Lease, "renew"),
        (checking, "write_rows"),
        (checking, "finish"),
        (posting, "keep_keys"),
        (posting, "post_set"),
        (posting, "reverse_set"),
        (posting, "forget_keys"),
        (leases.Lease, "lock"),
    ]

    def work_dying(import_id: int, place, when: int, after: bool) -> None:
        owner, name = place
        whole = getattr(owner, name)
        calls = iter(range(100))

        def dying(*args, **kwargs):
            now = next(calls) == when
            if now and not after:
                raise Killed
            result = whole(*args, **kwargs)
            if now:
                raise Killed
            return result

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, dying)
            try:
                work_on(import_id=import_id)
            except Killed:
                # What the dead worker holds, it holds until it is taken to be dead.
                work_on(import_id=import_id)
                Import.objects.filter(pk=import_id).update(leased_until=None)
        work_on(import_id=import_id)

    def run(place, when: int, after: bool) -> None:
        def step() -> None:
            work_dying(file.pk, place, when, after)
            file.refresh_from_db()

        from django.core.files.base import ContentFile

        from ims_wagtail.imports.receiving import receive

        file = receive(
            import_type=transfers, file=ContentFile(content), file_name="a", at_once=True
        )
        step()
        assert (file.state, file.row_count) == (ImportState.PREVIEWED, 8)
        confirm(import_id=file.pk, on_problems=OnProblems.SUSPENSE, at_once=True)
        step()
        assert (file.state, book(), Posting.objects.count()) == (ImportState.POSTED, 80, 1)
        undo(import_id=file.pk, reason="Wrong file", at_once=True)
        step()
        check_now()
        assert (file.state, book(), Posting.objects.count()) == (ImportState.UNDONE, 0, 2)

    for place in places:
        for when in range(2):
            for after in (False, True):
                with transaction.atomic():
                    run(place, when, after)
                    transaction.set_rollback(True)
