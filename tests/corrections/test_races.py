"""The same money moved, transferred, refunded and undone at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from ims_wagtail.approvals.exceptions import AlreadyDecided
from ims_wagtail.approvals.services import approve, withdraw
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import Correction, JournalUpload
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.corrections.uploads.reading import JournalLine
from ims_wagtail.corrections.uploads.taking_in import take_in
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold, release
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import post
from tests.ledger.book import line as make_line

from .making import (
    approval_of,
    breaches,
    held,
    left_of,
    make_approver,
    make_council,
    make_mover,
    move,
    paid,
    to,
    transfer,
)


pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 20
REFUSED = (CorrectionRefused, NotAvailable, AlreadyDecided)


@pytest.fixture
def council(transactional_db):
    return make_council()


def at_once(work, number=WORKERS):
    """Do the same from so many threads at one moment; return what came of each."""
    together = Barrier(number)

    def one(place):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return work(place)
        except REFUSED as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def done(came):
    return [one for one in came if not isinstance(one, REFUSED)]


def test_twenty_who_move_the_same_line_move_no_more_than_there_is(council):
    alone = make_mover(alone="1000.00")
    [line] = paid(council.waste, council)

    came = at_once(lambda _place: move({line: "30.00"}, to(council.library, "30.00"), by=alone))

    assert len(done(came)) == 3
    assert left_of(line) == ["10.00"]
    assert Posting.objects.filter(kind=PostingKind.JOURNAL).count() == 3
    assert not breaches()


def test_twenty_who_ask_for_the_whole_line_hold_it_once(council):
    asker = make_mover()
    [line] = paid(council.waste, council)

    came = at_once(lambda _place: move({line: "100.00"}, to(council.library, "100.00"), by=asker))

    assert len(done(came)) == Correction.objects.count() == 1
    assert held() == Decimal("100.00")
    assert not breaches()


def test_moves_transfers_and_refunds_of_one_account_at_once_take_no_more_than_there_is(council):
    alone = make_mover(alone="1000.00")
    lines = [paid(council.waste, council, "20.00", account_reference="A")[0] for _n in range(5)]

    def refund(place):
        """What a refund does with the book: hold, then post."""
        line, source = lines[place % 5], f"test-refund:{place}"
        with transaction.atomic():
            hold(source=source, amounts={line.pk: Decimal("15.00")})
        with transaction.atomic():
            release(source=source)
            post(
                kind=PostingKind.REFUND,
                source=source,
                lines=[
                    make_line(
                        council.waste,
                        council.method,
                        "-15.00",
                        vat_rate=Decimal(0),
                        vat_amount=Decimal(0),
                        corrects_id=line.pk,
                    )
                ],
            )

    def work(place):
        if place % 3 == 0:
            return refund(place)
        if place % 3 == 1:
            line = lines[place % 5]
            return move({line: "15.00"}, to(council.library, "15.00"), by=alone)
        return transfer(
            [(council.waste, "A", "12.00")], to(council.library, "12.00", "B"), by=alone
        )

    came = at_once(work)

    left = [Decimal(amount) for amount in left_of(*lines)]
    taken = sum((-line.amount for one in lines for line in one.corrections.all()), Decimal("0.00"))
    assert min(left) >= 0
    assert sum(left) + taken == Decimal("100.00")
    assert Counter(type(one) for one in came)[CorrectionRefused] > 0
    assert held() == 0
    assert not breaches()


def test_transfers_at_once_find_all_the_money_of_an_account(council):
    alone = make_mover(alone="1000.00")
    lines = [paid(council.waste, council, "10.00", account_reference="A")[0] for _n in range(4)]

    came = at_once(
        lambda _place: transfer(
            [(council.waste, "A", "10.00")], to(council.library, "10.00", "B"), by=alone
        ),
        number=4,
    )

    assert len(done(came)) == 4
    assert left_of(*lines) == ["0.00"] * 4
    assert not breaches()


def test_twenty_who_undo_the_same_journal_undo_it_once(council):
    alone = make_mover(alone="1000.00")
    [line] = paid(council.waste, council)
    made = move({line: "30.00"}, to(council.library, "30.00"), by=alone)

    came = at_once(lambda _place: request_undo(posting=made.posting, reason="No", by=alone))

    assert len(done(came)) == 1
    assert left_of(line) == ["100.00"]
    assert not breaches()


def test_twenty_who_take_in_the_same_file_post_it_once(council):
    alone = make_mover(alone="1000.00")
    [line] = paid(council.waste, council)
    rows = [JournalLine(2, line.reference, Decimal("4.00"), "LB", "ELSEWHERE", "", "")]

    came = at_once(
        lambda _place: take_in(lines=rows, file_name="moves.csv", reason="Sorted", by=alone)
    )

    assert len(done(came)) == JournalUpload.objects.count() == 1
    assert left_of(line) == ["96.00"]
    assert not breaches()


def test_moving_on_and_undoing_at_once_end_in_one_of_them(council):
    alone = make_mover(alone="1000.00")
    for _round in range(5):
        [line] = paid(council.waste, council)
        made = move({line: "30.00"}, to(council.library, "30.00"), by=alone)
        there = made.posting.lines.get(amount__gt=0)

        came = at_once(
            lambda place, made=made, there=there: (
                move({there: "30.00"}, to(council.tax, "30.00"), by=alone)
                if place
                else request_undo(posting=made.posting, reason="No", by=alone)
            ),
            number=2,
        )

        assert len(done(came)) == 1
        assert left_of(there) == ["0.00"]
    assert not breaches()


def test_twenty_decisions_about_one_correction_post_it_once_or_not_at_all(council):
    asker = make_mover()
    people = [make_approver(name=f"approver{number}") for number in range(WORKERS)]
    [line] = paid(council.waste, council)
    made = move({line: "30.00"}, to(council.library, "30.00"), by=asker)
    approval = approval_of(made)

    came = at_once(
        lambda place: (
            approve(approval_id=approval.pk, by=people[place])
            if place % 4
            else withdraw(approval_id=approval.pk, by=asker)
        )
    )

    assert len(done(came)) == 1
    made.refresh_from_db()
    posted = Posting.objects.filter(source=f"correction:{made.pk}").count()
    assert posted == (made.state == "posted")
    assert held() == 0
    assert not breaches()
