"""Suspense as officers meet it: a list, the page of an item, one form, without JavaScript."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.needs import needs_of
from ims_wagtail.ledger.entries import Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from ims_wagtail.suspense.models import Allocation, KnownPayer, SuspenseItem, SuspenseNote
from ims_wagtail.suspense.ownership import take
from ims_wagtail.suspense.selectors import ageing
from tests.corrections.making import to
from tests.factories import make_account_holder, make_council_tax_rule, make_fund, make_payment_type
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import column, read, table

from .making import DOES, SEES, allocate, left_of, make_matcher, unmatched


pytestmark = pytest.mark.django_db

LIST = "/admin/income/suspense/"
ALLOCATE = f"{LIST}allocate/"
KNOWS = ("ims_accounts.view_accountholder", "ims_ledger.view_payerdetails")


def words(response):
    return " ".join(response.content.decode().split())


def page_of(item):
    return f"{LIST}inspect/{item.pk}/"


def rows(side, *filled):
    """What a browser sends of the rows of one side."""
    data = {
        f"{side}-TOTAL_FORMS": len(filled),
        f"{side}-INITIAL_FORMS": 0,
        f"{side}-MIN_NUM_FORMS": 0,
        f"{side}-MAX_NUM_FORMS": 50,
    }
    for number, values in enumerate(filled):
        data |= {f"{side}-{number}-{name}": value for name, value in values.items()}
    return data


def target(fund, amount, reference="ELSEWHERE"):
    return {"fund": fund.pk, "reference": reference, "amount": amount}


def typed(takes, *targets, credit=(), **values):
    return {
        "reason": "They rang",
        "form_key": uuid4(),
        **{f"item_{item.pk}": amount for item, amount in takes.items()},
        **rows("to", *targets),
        **rows("credit", *credit),
    } | values


def balance(response):
    facts = read(response).facts
    return [facts["Taken"], facts["Put down"], facts["Left to put down"]]


@pytest.fixture
def officer(alone):
    return logged_in(alone)


def items_of(client, query=""):
    return column(client.get(f"{LIST}?{query}"), "Reference", 1)


def test_the_list_is_narrowed_by_every_filter(council, alone):
    client = logged_in(alone)
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        [old] = unmatched(council, "10.00", narrative="MRS EVANS rent", account_reference="XY99")
    [part, done, held] = unmatched(council, "20.00", "30.00", "40.00")
    allocate({part: "5.00", done: "30.00"}, to(council.waste, "35.00"), by=alone)
    allocate({held: "1.00"}, to(council.waste, "1.00"), by=make_matcher())
    take(item_id=old.pk, by=alone)
    SuspenseItem.objects.filter(pk=part.pk).update(due=timezone.localdate() - timedelta(days=1))
    named = {"old": old, "part": part, "done": done, "held": held}

    for query, expected in {
        "": "held part old",
        "state=all": "held done part old",
        "state=untouched": "old",
        "state=part": "part",
        "state=held": "held",
        "state=cleared": "done",
        "age=31-90": "old",
        "age=0-7": "held part",
        "account=y9": "old",
        "narrative=evans*rent": "old",
        "amount=20": "part",
        "owner=me": "old",
        "owner=nobody": "held part",
        "owner=others": "",
        "person=alone": "old",
        "due=overdue": "part",
        "due=none": "held old",
        "kind=payment": "held part old",
        "source=unmatched:": "held part old",
        f"reference={old.transaction.reference}": "old",
        "received_at_from=2999-01-01": "",
    }.items():
        found = items_of(client, query)
        assert found == [named[name].transaction.reference for name in expected.split()], query

    facts = read(client.get(LIST)).facts
    assert (facts["Received"], facts["Left to allocate"]) == ("£70.00", "£64.00")


def test_ageing_counts_what_the_book_holds_by_london_days(council, alone):
    now = timezone.now()
    for days, amount in ((0, "1.00"), (7, "2.00"), (8, "4.00"), (30, "8.00"), (31, "16.00"),
                         (90, "32.00"), (91, "64.00"), (400, "128.00")):  # fmt: skip
        with time_machine.travel(now - timedelta(days=days), tick=False):
            [item] = unmatched(council, amount)
    allocate({item: "28.00"}, to(council.waste, "28.00"), by=alone)
    allocate({item: "1.00"}, to(council.waste, "1.00"), by=make_matcher())

    bands = [(band.label, band.count, str(band.amount)) for band in ageing(alone)]
    assert bands == [
        ("0 to 7 days", 2, "3.00"),
        ("8 to 30 days", 2, "12.00"),
        ("31 to 90 days", 2, "48.00"),
        ("Over 90 days", 2, "164.00"),
    ]
    shown = table(logged_in(alone).get(LIST))
    assert [row["Amount"] for row in shown] == ["£3.00", "£12.00", "£48.00", "£164.00"]
    [need] = [need for need in needs_of(alone) if need.label == "Items in suspense"]
    assert (need.count, need.detail) == (8, "£227.00, 2 for over 90 days")


def test_people_without_the_suspense_fund_see_nothing_of_it(council):
    [item] = unmatched(council)
    clerk = make_matcher(funds=(council.waste,))
    assert [band.count for band in ageing(clerk)] == [0, 0, 0, 0]
    client = logged_in(clerk)
    assert items_of(client, "state=all") == []
    assert client.get(page_of(item)).status_code == 404
    assert client.get(f"{ALLOCATE}?item={item.pk}").status_code == 404


def test_an_item_is_taken_given_up_and_taken_over_knowing_from_whom(council, alone, asker):
    [item] = unmatched(council)
    ada, bob = logged_in(asker), logged_in(alone)
    ada.post(page_of(item), {"do": "take"})
    assert read(bob.get(page_of(item))).facts["Looked after by"].startswith("ada, since")

    told = bob.post(page_of(item), {"do": "take"})
    assert told.status_code == 422
    assert "ada has looked after this since" in words(told)
    bob.post(page_of(item), {"do": "take", "from": asker.pk})
    assert SuspenseItem.objects.get().owner == alone
    late = make_matcher(name="late")
    assert "alone has looked after this" in words(
        logged_in(late).post(page_of(item), {"do": "take", "from": asker.pk})
    )
    bob.post(page_of(item), {"do": "release"})
    assert read(bob.get(page_of(item))).facts["Looked after by"] == "Nobody"
    changes = AuditEntry.objects.filter(object_type="ims_suspense.SuspenseItem").order_by("pk")
    assert [(one.action, one.before["owner"], one.after["owner"]) for one in changes] == [
        ("take suspense item", None, "ada"),
        ("take suspense item", "ada", "alone"),
        ("release suspense item", "alone", None),
    ]


def test_notes_and_a_due_date_are_written_on_the_page(council, officer):
    [item] = unmatched(council)
    officer.post(page_of(item), {"do": "note", "text": "Rang the bank"})
    officer.post(page_of(item), {"do": "due", "due": "2030-03-31"})
    page = officer.get(page_of(item))
    assert "Rang the bank" in words(page)
    assert read(page).facts["Due"] == "31 Mar 2030"
    assert table(officer.get(LIST), 1)[0]["Latest note"] == "Rang the bank"

    for data, told in (
        ({"do": "note", "text": " "}, "Write something first"),
        ({"do": "note", "text": "Rang the bank"}, "among the notes already"),
        ({"do": "due", "due": "soon"}, "Look at what is marked"),
    ):
        refused = officer.post(page_of(item), data)
        assert refused.status_code == 422
        assert told in words(refused)
    assert SuspenseNote.objects.count() == 1


def test_the_payer_is_asked_by_an_e_mail_that_names_the_payment(council):
    [item] = unmatched(council, payer=Payer(name="Ada Brook", email="ada@example.org"))
    officer = logged_in(make_matcher(*SEES, *DOES, *KNOWS))
    page = officer.get(page_of(item))
    assert 'value="ada@example.org"' in words(page)

    asked = {"do": "ask", "email": "ada@example.org", "question": "Was it for <your> rent?"}
    officer.post(page_of(item), asked)
    assert send_due() == 1
    [sent] = mail.outbox
    assert sent.to == ["ada@example.org"]
    for text in ("£100.00", item.transaction.reference, "Was it for <your> rent?"):
        assert text in sent.body
    assert "Was it for &lt;your&gt; rent?" in sent.alternatives[0][0]
    assert "Was it for" in words(officer.get(page_of(item)))
    assert "ada@example.org" not in str(list(AuditEntry.objects.values()))

    wrong = officer.post(page_of(item), asked | {"email": "ada"})
    assert "Enter the payer" in words(wrong)
    again = officer.post(page_of(item), asked)
    assert "has gone to this address already" in words(again)
    [owed] = unmatched(council, "-5.00")
    assert "nobody has paid it" in words(officer.post(page_of(owed), asked))
    assert Message.objects.count() == SuspenseNote.objects.count() == 1

    officer.post(page_of(item), asked | {"email": "a.brook@example.org"})
    assert send_due() == 1
    assert mail.outbox[-1].to == ["a.brook@example.org"]


def test_the_money_of_one_item_is_returned_and_nobody_elses_of_the_same_file(council):
    item, other = unmatched(council, "100.00", "30.00", kind=PostingKind.IMPORT)
    refunds = ("ims_payments.request_refund", "ims_payments.view_refund")
    officer = logged_in(make_matcher(*SEES, *DOES, *refunds))
    link = read(officer.get(page_of(item))).links["Return the money"]
    posting, line = item.transaction.posting_id, item.transaction_id
    assert link == f"/admin/income/refunds/request/{posting}/?line={line}"
    assert column(officer.get(link), "Can be refunded") == ["£100.00"]
    back = {"route": "bank", "payee_name": "Ada Brook", "sort_code": "108800"}
    back |= {"account_number": "00012345", "reason": "Paid to the wrong council"}
    asked = officer.post(link, back | {f"line_{line}": "100.00"})
    assert asked.status_code == 302, words(asked)
    assert left_of(item, other) == ["0.00", "30.00"]
    page = words(officer.get(page_of(item)))
    assert "Return the money: All of it has been refunded, moved, or is held" in page

    # From the posting it is said line by line: nobody's money goes back by default.
    whole = words(officer.get(f"/admin/income/refunds/request/{posting}/"))
    assert 'value="30.00"' not in whole


def test_readers_look_and_do_nothing(council):
    [item] = unmatched(council, payer=Payer(name="Ada Brook", email="ada@example.org"))
    reader = logged_in(make_person(*SEES, funds=(ALL_FUNDS,)))
    page = words(reader.get(page_of(item)))
    for text in ("ada@example.org", "Look after it", "Add the note", "Send the question"):
        assert text not in page
    reader.post(page_of(item), {"do": "take"})
    assert SuspenseItem.objects.get().owner is None
    assert "Choose" not in table(reader.get(LIST), 1)[0]
    for url in (ALLOCATE, f"{LIST}suggestions/", "/admin/income/known-payers/propose/"):
        assert reader.get(url).status_code == 302


def test_chosen_items_go_to_two_accounts_with_a_credit_note(council, officer):
    first, second = unmatched(council, "70.00", "30.00")
    page = officer.get(LIST)
    assert f'name="item" value="{first.pk}" form="ims-chosen"' in words(page)
    url = f"{ALLOCATE}?item={first.pk}&item={second.pk}"
    assert balance(officer.get(url)) == ["£100.00", "£0.00", "£100.00"]

    data = typed(
        {first: "70.00", second: "30"},
        target(council.waste, "60.00", "A"),
        target(council.tax, "45.00", "C"),
        credit=[target(council.library, "5.00", "B")],
    )
    checked = officer.post(url, data | {"update": "yes"})
    assert balance(checked) == ["£105.00", "£105.00", "£0.00"]
    asked = officer.post(url, data | {"ask": "yes"})
    again = officer.post(url, data | {"ask": "yes"})

    made = Allocation.objects.get()
    assert asked.url == again.url == f"/admin/income/suspense-allocations/inspect/{made.pk}/"
    page = officer.get(asked.url)
    assert f"Allocation {made.reference} is posted" in words(page)
    assert column(page, "Amount") == ["£70.00", "£30.00"]
    assert column(page, "Amount", 1) == ["£60.00", "£45.00", "-£5.00"]
    assert items_of(officer) == []


def test_another_credit_note_is_added_and_what_was_typed_stays(council, officer):
    [item] = unmatched(council)
    url = f"{ALLOCATE}?item={item.pk}"
    data = typed({item: "60.00"}, target(council.waste, "45.50", "C1"), more_credit="yes")
    page = words(officer.post(url, data))
    assert 'name="credit-0-reference"' in page
    assert 'value="45.50"' in page
    assert str(council.library) in page.partition("Credit notes")[2]
    assert str(council.waste) not in page.partition("Credit notes")[2]


def test_what_is_owed_uses_up_what_there_is(council, officer):
    owed, received = unmatched(council, "-30.00", "100.00")
    url = f"{ALLOCATE}?item={owed.pk}&item={received.pk}"
    assert balance(officer.get(url)) == ["£100.00", "£30.00", "£70.00"]
    data = typed({owed: "30.00", received: "100.00"}, target(council.waste, "70.00"), ask="yes")
    officer.post(url, data)
    assert left_of(owed, received) == ["0.00", "0.00"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": " "}, "Say why the money belongs there"),
        ({"take": "100.01"}, "Only £100.00 of it is left"),
        ({"take": "ten"}, "pounds and pence in figures"),
        ({"take": ""}, "at least one item"),
        ({"amount": "39.99"}, "come to £40.00 and you put down £39.99"),
        ({"reference": ""}, "Enter an account reference"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked_for(council, officer, changes, told):
    [item] = unmatched(council)
    takes = {item: changes.pop("take", "40.00")}
    reason = {"reason": changes.pop("reason")} if "reason" in changes else {}
    data = typed(takes, target(council.waste, "40.00") | changes, ask="yes", **reason)
    response = officer.post(f"{ALLOCATE}?item={item.pk}", data)
    assert response.status_code == 422
    assert told in words(response)
    assert not Allocation.objects.exists()


def test_the_form_says_who_has_the_item(council, officer, asker):
    [item] = unmatched(council)
    take(item_id=item.pk, by=asker)
    url = f"{ALLOCATE}?item={item.pk}"
    assert "is looked after by somebody else" in words(officer.get(url))
    data = typed({item: "1.00"}, target(council.waste, "1.00"), ask="yes")
    refused = officer.post(url, data)
    assert "ada looks after" in words(refused)
    assert not Allocation.objects.exists()


def test_without_items_the_form_leads_to_the_list(council, officer):
    assert read(officer.get(ALLOCATE)).links["Go to suspense"] == LIST


@pytest.fixture
def tax(council):
    fund = make_fund("CT", reference_rule=make_council_tax_rule())
    make_payment_type("council-tax", fund=fund)
    make_account_holder(fund=fund, reference="301122331", surname="Brook")
    return fund


def test_a_suggestion_fills_in_the_form(council, tax):
    [item] = unmatched(council, narrative="CT 301122331")
    officer = logged_in(make_matcher(*SEES, *DOES, *KNOWS, alone="500.00"))
    page = officer.get(page_of(item))
    [row] = table(page)
    assert (row["Account reference"], row["Score"]) == ("301122331, Mrs Ada Brook", "94")
    form = officer.get(read(page).links["Allocate to 301122331"])
    assert balance(form) == ["£100.00", "£100.00", "£0.00"]
    assert "Suggested, 94 of 100" in words(form)


def test_suggestions_are_looked_at_and_accepted_together(council, tax, officer):
    sure, doubtful = unmatched(council, "10.00", narrative="301122331") + unmatched(
        council, "20.00", narrative="123456780"
    )
    url = f"{LIST}suggestions/"
    assert read(officer.get(LIST)).links["Suggestions"] == url
    assert column(officer.get(f"{url}?score=101"), "Reference") == []
    assert len(column(officer.get(f"{url}?score=80"), "Reference")) == 2
    page = officer.get(url)
    assert column(page, "Reference") == [sure.transaction.reference]
    assert officer.post(url, {}).status_code == 422
    later = f"{url}?score=80&after={sure.pk}"
    assert column(officer.get(later), "Reference") == [doubtful.transaction.reference]
    assert f"after={sure.pk}" in officer.post(later, {"accept": ["0"]}).url

    key = f"{sure.pk}:{tax.pk}:301122331:10.00"
    assert f'value="{key}"' in words(page)
    done = officer.post(url, {"accept": [key, f"{doubtful.pk}:{tax.pk}:123456780:20.00"]})
    told = words(officer.get(done.url))
    assert "1 allocation is posted" in told
    assert f"{doubtful.transaction.reference}: It has changed since" in told
    assert left_of(sure, doubtful) == ["0.00", "20.00"]


def test_a_payer_is_proposed_from_an_item_approved_and_forgotten(council, tax, approver):
    [item] = unmatched(council, payer=Payer(name="Ace Lettings"))
    officer = logged_in(make_matcher(*SEES, *DOES, *KNOWS))
    url = read(officer.get(page_of(item))).links["Remember this payer"]
    assert 'value="Ace Lettings"' in words(officer.get(url))
    data = {"name": "Ace Lettings", "fund": tax.pk, "reference": "301122331", "reason": "Letter"}
    allocate({item: "100.00"}, to(tax, "100.00", "301122331"), by=make_matcher(alone="500.00"))
    url = read(officer.get(page_of(item))).links["Remember this payer"]
    assert 'value="301122331"' in words(officer.get(url))
    for wrong, told in (
        ({"name": ""}, "5 characters"),
        ({"fund": ""}, "Choose a fund"),
        ({"reason": ""}, "Say how you know"),
        ({"reference": "1"}, "reference"),
    ):
        refused = officer.post(url, data | wrong)
        assert refused.status_code == 422
        assert told in words(refused)
    made = officer.post(url, data)

    payer = KnownPayer.objects.get()
    page = officer.get(made.url)
    assert read(page).facts["State"] == "Waiting for approval"
    queue = logged_in(approver).get("/admin/income/approvals/")
    link = read(queue).links["Known payer of account 301122331"]
    logged_in(approver).post(link, {"decision": "approve", "note": "", "approve": "yes"})
    payer.refresh_from_db()
    assert payer.state == "in_use"
    assert "Forget this payer" in words(officer.get(made.url))
    officer.post(made.url)
    assert column(officer.get("/admin/income/known-payers/"), "State") == ["Forgotten"]


def test_an_allocation_is_undone_from_its_page_and_from_its_posting(council, alone):
    client = logged_in(alone)
    [item] = unmatched(council)
    made = allocate({item: "100.00"}, to(council.waste, "100.00"), by=alone)
    page = f"/admin/income/suspense-allocations/inspect/{made.pk}/"
    posting = client.get(f"/admin/income/postings/inspect/{made.posting_id}/")
    link = read(client.get(page)).links["Undo"]
    assert read(posting).links["Undo"] == link
    assert f"Suspense allocation {made.reference} asked for" in words(posting)
    assert client.post(link, {"reason": ""}).status_code == 422
    client.post(link, {"reason": "Wrong account"})
    assert left_of(item) == ["100.00"]
    assert "undone already" in words(client.get(link))
    receipt = client.get(f"/admin/income/postings/inspect/{item.transaction.posting_id}/")
    assert read(receipt).links[f"Clear suspense ({item.transaction.reference})"] == page_of(item)


def test_allocations_are_found_and_a_reader_of_one_fund_sees_that_side_only(council, alone):
    [item] = unmatched(council)
    made = allocate({item: "40.00"}, to(council.waste, "40.00", "SECRET"), by=alone)
    waiting = allocate({item: "5.00"}, to(council.tax, "5.00", "C"), by=make_matcher())
    url = "/admin/income/suspense-allocations/"
    client = logged_in(alone)
    for query, expected in {
        "": [waiting, made],
        "state=posted": [made],
        "account=secret": [made],
        f"item={item.transaction.reference}": [waiting, made],
        "amount=5": [waiting],
        f"reference={made.reference}": [made],
    }.items():
        found = column(client.get(f"{url}?{query}"), "Allocation number")
        assert found == [one.reference for one in expected], query

    reader = logged_in(make_person(*SEES, funds=(council.suspense,)))
    page = reader.get(f"{url}inspect/{made.pk}/")
    assert "SECRET" not in words(page)
    assert "One more line is in a fund you don't work in" in words(page)
    assert column(reader.get(f"{url}?account=SECRET"), "Allocation number") == []


def test_what_is_shown_is_exported(council):
    unmatched(council, "10.00", narrative="=1+1")
    person = make_matcher(*SEES, *DOES, "ims_suspense.export_suspenseitem")
    response = logged_in(person).get(f"{LIST}?export=csv")
    head, row = b"".join(response.streaming_content).decode().splitlines()
    assert head.startswith("\ufeffReceived,Accounting date,Reference")
    assert "'=1+1,10.00,0.00,10.00,0" in row
    assert logged_in(make_matcher()).get(f"{LIST}?export=csv").status_code == 302


def test_screens_ask_no_more_for_many_items_and_accounts_than_for_few(council, tax):
    client = logged_in(make_matcher(*SEES, *DOES, *KNOWS, alone="5000.00"))
    asked = []
    for number in (2, 20):
        items = [
            item
            for n in range(number)
            for item in unmatched(council, narrative="301122331", payer=Payer(email=f"{n}@x.org"))
        ]
        query = "&".join(f"item={item.pk}" for item in items)
        gives = [target(council.waste, "1.00", f"C{n}") for n in range(number)]
        data = typed(dict.fromkeys(items, "1.00"), *gives)
        for do in (
            lambda: client.get(LIST),
            lambda: client.get(f"{LIST}suggestions/"),
            lambda query=query: client.get(f"{ALLOCATE}?{query}"),
            lambda query=query, data=data: client.post(
                f"{ALLOCATE}?{query}", data | {"update": "yes"}
            ),
            lambda query=query, data=data: client.post(
                f"{ALLOCATE}?{query}", data | {"ask": "yes"}
            ),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert do().status_code in (200, 302)
            asked.append(len(queries))
        made = Allocation.objects.latest("pk")
        for url in (
            f"/admin/income/suspense-allocations/inspect/{made.pk}/",
            page_of(items[0]),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            asked.append(len(queries))

    assert asked[7:] == asked[:7]
    assert max(*asked[:4], *asked[5:7]) <= 25, asked
