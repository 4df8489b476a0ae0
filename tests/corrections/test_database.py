"""What the database itself refuses, whatever code writes to it."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ims_wagtail.corrections.models import Correction, CorrectionGive, CorrectionTake
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.services import post, reverse
from tests.ledger.book import line as make_line

from .making import breaches, move, paid, to


pytestmark = pytest.mark.django_db


@contextmanager
def refused(words):
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def waiting(council, asker):
    [line] = paid(council.waste, council)
    return move({line: "40.00"}, to(council.library, "40.00"), by=asker)


def test_what_was_asked_for_stays_as_it_was(waiting):
    for values in ({"amount": 1}, {"reason": "Other"}, {"kind": "transfer"}):
        with refused("what was asked for is frozen"):
            Correction.objects.filter(pk=waiting.pk).update(**values)
    with refused("what was asked for is frozen"):
        CorrectionTake.objects.filter(correction=waiting).update(amount=1)
    with refused("what was asked for is frozen"):
        CorrectionGive.objects.filter(correction=waiting).delete()
    with refused("kept for good"):
        connection.cursor().execute("DELETE FROM ims_corrections_correction")


def test_what_is_over_stays_over(waiting):
    now = timezone.now()
    Correction.objects.filter(pk=waiting.pk).update(state="rejected", finished_at=now)
    with refused("is over"):
        Correction.objects.filter(pk=waiting.pk).update(state="waiting", finished_at=None)


def test_posted_means_that_there_is_a_posting(waiting):
    with refused("ims_correction_is_posted_with_a_posting"):
        Correction.objects.filter(pk=waiting.pk).update(state="posted", finished_at=timezone.now())


def test_a_correction_begins_by_waiting_and_balances(council, asker):
    with refused("begins by waiting"):
        Correction.objects.create(
            kind="journal",
            amount=1,
            reason="x",
            requested_by=asker,
            state="withdrawn",
            finished_at=timezone.now(),
        )
    with refused("takes <NULL> and gives <NULL>"):
        Correction.objects.create(kind="journal", amount=1, reason="x", requested_by=asker)


def test_no_line_is_added_to_a_correction_that_waits(waiting, council):
    [other] = paid(council.waste, council)
    with refused("takes 41.00 and gives 40.00"):
        CorrectionTake.objects.create(correction=waiting, transaction=other, amount=1)


def test_money_that_was_given_back_can_not_be_taken_or_held_as_if_it_were_more(council):
    [line] = paid(council.waste, council)
    moved = post(
        kind=PostingKind.JOURNAL,
        source="test:moved",
        lines=[
            make_line(council.waste, council.method, "-10.00", corrects_id=line.pk),
            make_line(council.library, council.method, "10.00"),
        ],
    ).posting
    reverse(posting=moved, source="test:undone", narrative="Undone")
    gave_back = line.corrections.get(amount__gt=0)

    with refused("corrects another and can not be corrected"):
        post(
            kind=PostingKind.JOURNAL,
            source="test:again",
            lines=[
                make_line(council.waste, council.method, "-10.00", corrects_id=gave_back.pk),
                make_line(council.library, council.method, "10.00"),
            ],
        )
    with pytest.raises(NotAvailable):
        hold(source="refund:1", amounts={gave_back.pk: 1})
    assert not breaches()


@pytest.mark.parametrize(
    ("rule", "tampering"),
    [
        (
            "a correction that waits is held line by line, one that is over holds nothing",
            "DELETE FROM ims_ledger_hold",
        ),
        (
            "a correction gives as much as it takes",
            "UPDATE ims_corrections_correctiongive SET amount = 39",
        ),
        (
            "a correction that was posted has its posting, which undoes what it says;"
            " no other has one",
            "UPDATE ims_ledger_posting SET source = 'correction:0' WHERE source LIKE 'test:%'",
        ),
        (
            "the triggers of corrections are in force",
            "ALTER TABLE ims_corrections_correction DISABLE TRIGGER ims_correction_moves_forward",
        ),
    ],
)
def test_tampering_is_found_by_the_name_of_the_rule(rule, tampering, waiting):
    assert not breaches()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert rule in breaches()


def test_a_posting_that_differs_from_what_was_asked_for_is_found(council, alone):
    [line] = paid(council.waste, council)
    move({line: "40.00"}, to(council.library, "40.00"), by=alone)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE ims_ledger_transaction SET account_reference = 'THIEF'"
            " WHERE account_reference = 'ELSEWHERE'"
        )
    assert breaches() == ["a posted correction took and gave, line by line, what was asked for"]
