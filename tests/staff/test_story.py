"""The whole story of a posting: every step, in words, by time, and within the reader's funds."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import PostingNote
from ims_wagtail.ledger.services import post
from ims_wagtail.ledger.services import reverse as take_back
from ims_wagtail.ledger.story import stories_of, story_of
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.models import ProviderEvent

from .council import make_line, make_order, make_payment
from .people import ALL_FUNDS, every_income_permission, logged_in, make_person
from .screens import read, table


pytestmark = pytest.mark.django_db

SEE = "ims_ledger.view_transaction"


@pytest.fixture
def officer(council):
    return make_person(*every_income_permission(), funds=(ALL_FUNDS,), name="olive")


def page_of(client, posting):
    return client.get(reverse("ims_postings:inspect", args=[posting.pk]))


def note_on(client, posting, text, key=None):
    url = reverse("ims_postings:note", args=[posting.pk])
    return client.post(url, {"text": text, "key": key or uuid4()})


def told(posting, reader):
    return [event.what for event in story_of(posting=posting, reader=reader).events]


def moved_to(council, posting, fund, amount="4.00"):
    """A journal of part of a payment to an account of another fund."""
    line = posting.lines.get()
    with transaction.atomic():
        return post(
            kind=PostingKind.JOURNAL,
            source=f"test-journal:{posting.pk}",
            lines=[
                make_line_of(line, f"-{amount}"),
                make_line(fund, council.method, word="elsewhere", amount=amount),
            ],
        ).posting


def make_line_of(line, amount):
    """What takes from a line of the book."""
    word = line.account_reference.removesuffix("1").lower()
    return replace(make_line(line.fund, line.method, word=word, amount=amount), corrects_id=line.pk)


def test_a_payment_tells_everything_behind_it_by_time_and_leads_to_each_page(council, officer):
    alpha = council.alpha
    order, posting = alpha.order, alpha.posting
    Message.objects.create(
        kind="payment_receipt",
        source=f"receipt:{order.pk}",
        recipient="alpha@example.org",
        language="en",
        parameters={"order_id": order.pk},
        state="sent",
        sent_at=timezone.now(),
    )
    client = logged_in(officer)
    note_on(client, posting, "Rang about it")

    events = story_of(posting=posting, reader=officer).events

    what = [event.what for event in events]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert what[0] == f"Basket {order.reference} checked out"
    for step in (
        "Attempt 1 to pay begun",
        "Attempt 1 to pay: Declined",
        "The provider sent a message about it",
        "In the book: Payment",
        "Receipt by e-mail",
        f"Refund {alpha.refund.reference} of £1.00 asked for",
        f"Journal {alpha.correction.reference} asked for",
        "The payer disputes £12.50 with their card issuer",
        "Note",
    ):
        assert step in what, step
    note = next(event for event in events if event.what == "Note")
    assert (note.by, note.details) == ("olive", ("Rang about it",))
    text = str([(event.what, event.details) for event in events])
    assert "attempt:" not in text
    assert "said failed" not in text, "the provider's own word"
    links = read(page_of(client, posting)).links
    assert links[f"Basket {order.reference} checked out"] == reverse(
        "ims_orders:inspect", args=[order.pk]
    )
    assert links[f"Journal {alpha.correction.reference} asked for"] == reverse(
        "ims_corrections:inspect", args=[alpha.correction.pk]
    )


def test_the_page_of_an_order_tells_the_same_story_and_of_one_not_paid_its_own(council, officer):
    client = logged_in(officer)
    order = council.alpha.order

    page = client.get(reverse("ims_orders:inspect", args=[order.pk]))
    rows = table(page, len(read(page).tables) - 1)
    assert {"In the book: Payment", "Attempt 1 to pay begun"} <= {row["What"] for row in rows}

    unpaid = make_order(council.alpha.payment_type)
    page = client.get(reverse("ims_orders:inspect", args=[unpaid.pk]))
    rows = table(page, len(read(page).tables) - 1)
    assert [row["What"] for row in rows] == [f"Basket {unpaid.reference} checked out"]


def test_a_provider_that_says_the_same_again_and_again_is_told_once(council, officer):
    attempt = council.alpha.attempt
    for minutes in (5, 10, 20):
        ProviderEvent.objects.create(
            account=attempt.account,
            attempt=attempt,
            source="schedule",
            provider_id=attempt.provider_id,
            raw_state="PENDING_3DS",
            detail={"state": "open"},
            received_at=timezone.now() + timedelta(minutes=minutes),
        )

    events = story_of(posting=council.alpha.posting, reader=officer).events

    same = [e for e in events if e.what == "The provider says that it waits for the payer"]
    assert len(same) == 1
    assert "The same 2 times more" in same[0].details[1]


def test_money_that_moved_on_is_followed_to_the_end_and_back_to_its_payment(council, officer):
    paid = make_payment(council.alpha.fund, council.method, word="alpha", source="p")
    journal = moved_to(council, paid, council.bravo.fund)
    with transaction.atomic():
        back = take_back(posting=journal, source="p:back", narrative="No", by=officer).posting

    for posting in (paid, journal, back):
        assert [what for what in told(posting, officer) if what.startswith("In the book")] == [
            "In the book: Payment",
            "In the book: Journal",
            "In the book: Reversal",
        ]
    other = make_payment(council.alpha.fund, council.method, word="alpha", source="q")
    assert len(told(other, officer)) == 1


def test_other_funds_are_named_only_as_another_fund(council):
    paid = make_payment(council.alpha.fund, council.method, word="alpha", source="p")
    journal = moved_to(council, paid, council.bravo.fund, "4.00")
    clerk = make_person(*every_income_permission(), funds=(council.alpha.fund,))

    text = page_of(logged_in(clerk), paid).content.decode()

    assert "another fund, £4.00" in text
    assert "bravo" not in text.lower()
    assert "ELSEWHERE1" not in text
    theirs = make_person(*every_income_permission(), funds=(council.bravo.fund,), name="b")
    assert told(journal, theirs) == ["In the book: Journal"]
    assert told(paid, theirs) == []


def test_each_part_of_a_story_takes_its_own_permission(council):
    reader = make_person(SEE, funds=(ALL_FUNDS,))

    assert told(council.alpha.posting, reader) == ["In the book: Payment"]

    sees_orders = make_person(SEE, "ims_payments.view_order", funds=(ALL_FUNDS,), name="orders")
    what = told(council.alpha.posting, sees_orders)
    assert any(step.startswith("Basket") for step in what)
    assert not any("Attempt" in step or "provider" in step for step in what)


def test_many_stories_ask_no_more_than_one(council, officer):
    postings = [council.alpha.posting.pk, council.bravo.posting.pk]
    stories_of(posting_ids=postings[:1], reader=officer)

    asked = []
    for ids in (postings[:1], postings):
        with CaptureQueriesContext(connection) as queries:
            stories = stories_of(posting_ids=ids, reader=officer)
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert {pk: bool(story.events) for pk, story in stories.items()} == dict.fromkeys(
        postings, True
    )


def test_a_note_is_kept_once_and_for_good_with_author_and_time(council, officer):
    client, posting, key = logged_in(officer), council.alpha.posting, uuid4()

    for _click in range(2):
        assert note_on(client, posting, "Rang about it", key).status_code == 302

    note = PostingNote.objects.get()
    assert (note.author, note.text) == (officer, "Rang about it")
    assert AuditEntry.objects.filter(action="write note").count() == 1
    for change in (
        lambda: PostingNote.objects.update(text="No"),
        lambda: PostingNote.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("text", "why"),
    [(" ", "This field is required"), ("Card 4242 4242 4242 4242", "looks like a card number")],
)
def test_a_note_that_cannot_be_kept_is_refused_with_the_reason(council, officer, text, why):
    response = note_on(logged_in(officer), council.alpha.posting, text)

    assert response.status_code == 422
    assert why in response.content.decode()
    assert not PostingNote.objects.exists()


def test_what_can_be_done_is_linked_and_the_rest_says_why_not(council):
    reader = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    mover = logged_in(
        make_person(SEE, "ims_corrections.request_journal", funds=(ALL_FUNDS,), name="mover")
    )
    posting = council.alpha.posting

    page = read(page_of(reader, posting))
    assert page.facts["Refund"] == "You don't have the right to refund in these funds."
    assert page.facts["Move this money"] == "You don't have the right to move money in these funds."
    page = read(page_of(mover, posting))
    assert page.links["Reallocate the whole payment"].endswith(f"move/{posting.pk}/?all=1")
    assert page.facts["Write off"].startswith("You don't have the right to write money off")
    assert Decimal("9.00") == posting.total - council.alpha.correction.amount
