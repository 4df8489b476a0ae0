"""Nothing is in the suspense fund without an item, whoever wrote the line and whenever."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ims_wagtail.ledger.entries import NewPosting
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post_many, reverse
from ims_wagtail.suspense.models import SuspenseItem
from ims_wagtail.suspense.remaining import with_remaining
from tests.corrections.making import paid
from tests.ledger.book import line
from tests.staff.people import make_person

from .making import unmatched


pytestmark = pytest.mark.django_db


def facts():
    items = with_remaining(SuspenseItem.objects.order_by("pk"))
    return [(str(item.amount), str(item.remaining), item.cleared) for item in items]


def test_every_line_in_suspense_has_its_item_and_no_other_line_has(council):
    paid(council.waste, council, "5.00")
    [item, _other] = unmatched(council, "70.00", "-30.00")

    assert facts() == [("70.00", "70.00", False), ("-30.00", "-30.00", False)]
    assert item.fund_id == council.suspense.pk
    assert item.received_at == item.transaction.entered_at


def test_a_million_at_once_are_like_one(council):
    plain = {"vat_rate": Decimal(0), "vat_amount": Decimal(0)}
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        post_many(
            postings=[
                NewPosting(
                    kind=PostingKind.IMPORT,
                    source="import:1",
                    lines=[
                        line(fund, council.method, "1.00", **plain)
                        for fund in [council.suspense, council.waste] * 50
                    ],
                    at=timezone.now(),
                )
            ]
        )
    assert SuspenseItem.objects.count() == 50
    assert len(asked) < 10


def test_money_taken_out_otherwise_than_by_allocation_counts(council):
    [item] = unmatched(council, "70.00")
    posting = item.transaction.posting
    with transaction.atomic():
        reverse(posting=posting, source="undo", narrative="Taken back")

    assert facts() == [("70.00", "0.00", True)]


def test_a_fund_that_becomes_the_suspense_fund_brings_its_lines_along(council):
    paid(council.waste, council, "5.00")
    council.suspense.is_suspense = False
    council.suspense.save()
    council.waste.is_suspense = True
    council.waste.save()

    assert facts() == [("5.00", "5.00", False)]


def test_items_and_notes_stay_as_they_are(council):
    [item] = unmatched(council)
    note = item.notes.create(text="Rang the bank", written_by=make_person())
    for change in (
        lambda: SuspenseItem.objects.update(amount=1),
        lambda: SuspenseItem.objects.update(cleared=True),
        lambda: SuspenseItem.objects.filter(pk=item.pk)._raw_delete("default"),
        lambda: type(note).objects.update(text="Did not"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
