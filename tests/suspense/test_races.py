"""The same money in suspense allocated, taken and returned at the same moment."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import reverse
from ims_wagtail.suspense.exceptions import SuspenseRefused
from ims_wagtail.suspense.models import Allocation, SuspenseItem
from ims_wagtail.suspense.ownership import take
from ims_wagtail.suspense.undoing import request_undo
from tests.corrections import test_races
from tests.corrections.making import breaches, held, to

from .making import allocate, left_of, make_council, make_matcher, unmatched


pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (*test_races.REFUSED, SuspenseRefused, IntegrityError)


@pytest.fixture
def council(transactional_db, monkeypatch):
    monkeypatch.setattr(test_races, "REFUSED", REFUSED)
    return make_council()


def done(came):
    return [one for one in came if not isinstance(one, REFUSED)]


def test_twenty_who_allocate_the_same_two_items_allocate_what_there_is(council):
    alone = make_matcher(alone="1000.00")
    items = unmatched(council, "70.00", "30.00")

    def work(place):
        # Named in either order: the book locks them in one.
        named = items if place % 2 else items[::-1]
        return allocate(dict.fromkeys(named, "9.00"), to(council.waste, "18.00"), by=alone)

    came = test_races.at_once(work)

    assert len(done(came)) == 3
    assert left_of(*items) == ["43.00", "3.00"]
    assert Posting.objects.filter(kind=PostingKind.SUSPENSE_ALLOCATION).count() == 3
    assert not breaches()


def test_twenty_who_settle_what_is_owed_settle_it_once(council):
    asker = make_matcher()
    owed, received = unmatched(council, "-10.00", "1000.00")

    came = test_races.at_once(
        lambda _place: allocate(
            {owed: "-10.00", received: "15.00"}, to(council.waste, "5.00"), by=asker
        )
    )

    assert len(done(came)) == Allocation.objects.count() == 1
    assert left_of(owed, received) == ["0.00", "985.00"]
    assert held() == Decimal("15.00")
    assert not breaches()


def test_allocating_returning_and_reversing_the_same_item_share_what_there_is(council):
    alone = make_matcher(alone="1000.00")
    [item] = unmatched(council)

    def return_it(place):
        with transaction.atomic():
            hold(source=f"return:{place}", amounts={item.transaction_id: Decimal("40.00")})

    def reverse_it(place):
        with transaction.atomic():
            reverse(posting=item.transaction.posting, source=f"gone:{place}", narrative="Gone")

    def work(place):
        if place % 3 == 0:
            return return_it(place)
        if place % 3 == 1:
            return reverse_it(place)
        return allocate({item: "40.00"}, to(council.waste, "40.00"), by=alone)

    test_races.at_once(work)

    [left] = left_of(item)
    gone = Decimal(100) - Decimal(left)
    assert gone in (Decimal(80), Decimal(100))
    assert SuspenseItem.objects.get().cleared == (gone == 100 and not held())
    assert not breaches()


def test_one_form_sent_twenty_times_and_its_undo_happen_once(council):
    alone = make_matcher(alone="1000.00")
    [item] = unmatched(council)
    key = uuid4()

    came = test_races.at_once(
        lambda _place: allocate({item: "10.00"}, to(council.waste, "10.00"), by=alone, form_key=key)
    )
    assert len(set(done(came))) == 1
    assert left_of(item) == ["90.00"]

    made = Allocation.objects.get()
    back = test_races.at_once(
        lambda _place: request_undo(allocation=made, reason="Wrong", by=alone)
    )
    assert len(done(back)) == 1
    assert left_of(item) == ["100.00"]
    assert not breaches()


def test_of_twenty_who_take_an_item_one_has_it_and_the_others_are_told_who(council):
    [item] = unmatched(council)
    people = [make_matcher(name=f"officer{place}") for place in range(20)]

    came = test_races.at_once(lambda place: take(item_id=item.pk, by=people[place]))

    owner = SuspenseItem.objects.get().owner.username
    told = [str(one) for one in came if isinstance(one, SuspenseRefused)]
    assert len(done(came)) == 1
    assert len(told) == 19
    assert all(words.startswith(f"{owner} has looked after this since") for words in told)
