"""Moving money as officers meet it: from the page of a posting, by one form, without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.access.models import GroupFund
from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.corrections.enums import CorrectionKind, CorrectionState
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_undo
from tests.factories import make_account_holder, make_fund, make_stop_message
from tests.staff.people import ALL_FUNDS, logged_in, make_group, make_person
from tests.staff.screens import column, read, table

from .making import (
    MAY_ASK,
    SEES,
    approve_correction,
    book_of,
    left_of,
    make_mover,
    move,
    paid,
    to,
    transfer,
    write_off,
)


pytestmark = pytest.mark.django_db

LIST = "/admin/income/corrections/"
TRANSFER = f"{LIST}transfer/"


def words(response):
    return " ".join(response.content.decode().split())


def page_of(posting):
    return f"/admin/income/postings/inspect/{posting.pk}/"


def form_of(posting):
    return f"{LIST}move/{posting.pk}/"


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


def target(fund, amount, reference="ELSEWHERE", **values):
    return {"fund": fund.pk, "reference": reference, "amount": amount, **values}


def typed(takes, *targets, **values):
    amounts = {f"line_{line.pk}": amount for line, amount in takes.items()}
    return {
        "reason": "Wrong account",
        "kind": "journal",
        **amounts,
        **rows("to", *targets),
    } | values


def balance(response):
    facts = read(response).facts
    return [facts["Taken"], facts["Put down"], facts["Left to put down"]]


@pytest.fixture
def officer(council, asker):
    return logged_in(asker)


@pytest.fixture
def line(council):
    return paid(council.waste, council)[0]


def test_an_officer_moves_a_line_from_the_page_of_its_posting(council, officer, line):
    page = officer.get(page_of(line.posting))
    link = read(page).links[f"Move this money ({line.reference})"]
    assert link == f"{form_of(line.posting)}?line={line.pk}"
    assert "£100.00 can be moved" in words(page)

    shown = officer.get(link)
    assert balance(shown) == ["£100.00", "£0.00", "£100.00"]
    assert table(shown)[0]["Can be moved"] == "£100.00"
    asked = officer.post(
        form_of(line.posting), typed({line: "40"}, target(council.library, "40.00"), ask="yes")
    )
    made = Correction.objects.get()
    assert asked.url == f"{LIST}inspect/{made.pk}/"
    told = officer.get(asked.url)
    assert read(told).facts["State"] == "Waiting for approval"
    assert "waits for somebody else to approve it" in words(told)
    assert column(told, "Amount") == ["£40.00"]
    assert column(told, "Account reference", 1) == ["ELSEWHERE"]
    links = read(officer.get(page_of(line.posting))).links
    assert links[f"Journal {made.reference} asked for"] == asked.url


def test_the_whole_payment_is_reallocated_in_one_go(council, alone):
    officer = logged_in(alone)
    first, second = paid(council.waste, council, "70.00", "30.00")
    link = read(officer.get(page_of(first.posting))).links["Reallocate the whole payment"]
    assert balance(officer.get(link)) == ["£100.00", "£0.00", "£100.00"]

    officer.post(
        link,
        typed({first: "70.00", second: "30.00"}, target(council.library, "100.00"), ask="yes"),
    )

    made = Correction.objects.get()
    assert made.state == CorrectionState.POSTED
    assert book_of(made)[-1] == ("LB", "ELSEWHERE", "100.00")


def test_update_works_the_balance_out_and_checks_without_asking(council, officer, line):
    stop = make_stop_message(
        fund=council.library, staff_effect=StopEffect.WARN, staff_text="In dispute"
    )
    make_account_holder(fund=council.library, reference="C1", stop_message=stop)
    response = officer.post(
        form_of(line.posting),
        typed(
            {line: "60.00"},
            target(council.library, "45.50", "c1"),
            target(make_fund("XS", maximum_amount=5), "6.00"),
            update="yes",
        ),
    )

    assert balance(response) == ["£60.00", "£51.50", "£8.50"]
    assert "In dispute" in words(response)
    assert "£5.00 or less" in words(response)
    assert not Correction.objects.exists()


def test_the_name_on_an_account_is_shown_to_people_who_may_know_it(council, line):
    holder = make_account_holder(fund=council.library, reference="C1")
    data = typed({line: "6.00"}, target(council.library, "6.00", "c1"), update="yes")
    sees = logged_in(make_mover(*MAY_ASK, *SEES, "ims_accounts.view_accountholder"))
    blind = logged_in(make_mover())

    assert f"The account of {holder}" in words(sees.post(form_of(line.posting), data))
    assert f"The account of {holder}" not in words(blind.post(form_of(line.posting), data))


def test_another_row_is_added_and_what_was_typed_stays(council, officer, line):
    response = officer.post(
        form_of(line.posting),
        typed({line: "60.00"}, target(council.library, "45.50", "C1"), more_to="yes"),
    )
    page = words(response)
    assert 'name="to-1-reference"' in page
    assert 'value="C1"' in page
    assert 'value="45.50"' in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": " "}, "Say why the money is moved"),
        ({"take": "100.01"}, "Only £100.00 of it can be moved"),
        ({"take": "ten"}, "pounds and pence in figures"),
        ({"take": ""}, "Enter an amount to take from at least one place"),
        ({"target": {"reference": ""}}, "Enter an account reference"),
        ({"target": {"fund": ""}}, "Choose a fund"),
        ({"target": {"amount": ""}}, "Enter an amount"),
        ({"target": {"amount": "39.99"}}, "You take £40.00 and put down £39.99"),
        ({"target": {"reference": "301122331", "fund": "own"}}, "where the money is now"),
        ({"kind": "transfer"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked_for(council, officer, line, changes, told):
    where = target(council.library, "40.00") | changes.pop("target", {})
    if where["fund"] == "own":
        where["fund"] = council.waste.pk
    data = typed({line: changes.pop("take", "40.00")}, where, ask="yes") | changes
    response = officer.post(form_of(line.posting), data)
    assert response.status_code == 422
    assert told in words(response)
    assert not Correction.objects.exists()


def test_empty_rows_count_for_nothing(council, officer, line):
    officer.post(
        form_of(line.posting),
        typed({line: "5.00"}, {}, target(council.library, "5.00"), {}, ask="yes"),
    )
    assert Correction.objects.get().gives.count() == 1


def test_why_money_can_not_be_moved_is_said_instead_of_a_form(council, officer, alone, line):
    move({line: "100.00"}, to(council.library, "100.00"), by=alone)
    for page in (page_of(line.posting), form_of(line.posting)):
        assert "All of it has been refunded, moved, or is held" in words(officer.get(page))
    assert '<form method="post"' not in officer.get(form_of(line.posting)).content.decode()


def test_a_transfer_of_many_accounts_is_entered_and_posted(council, alone):
    client = logged_in(alone)
    paid(council.waste, council, "40.00", account_reference="A")
    paid(council.library, council, "10.00", account_reference="B")
    assert read(client.get(LIST)).links["New transfer"] == TRANSFER

    sources = rows("from", target(council.waste, "40.00", "A"), target(council.library, "10", "B"))
    data = {
        "reason": "Mixed up",
        **sources,
        **rows("to", target(council.waste, "50.00", "C", narrative="Put right")),
    }
    checked = client.post(TRANSFER, data | {"update": "yes"})
    assert balance(checked) == ["£50.00", "£50.00", "£0.00"]
    asked = client.post(TRANSFER, data | {"ask": "yes"})

    made = Correction.objects.get()
    assert asked.url == f"{LIST}inspect/{made.pk}/"
    assert (made.kind, made.state) == (CorrectionKind.TRANSFER, CorrectionState.POSTED)
    assert "Transfer" in column(client.get(LIST), "Kind")


def test_a_transfer_of_more_than_there_is_is_refused_in_words(council, alone):
    client = logged_in(alone)
    data = {
        "reason": "Mixed up",
        **rows("from", target(council.waste, "40.00", "A")),
        **rows("to", target(council.library, "40.00", "C")),
        "ask": "yes",
    }
    response = client.post(TRANSFER, data)
    assert response.status_code == 422
    assert "only £0.00 can be moved" in words(response)


def test_a_write_off_is_offered_to_people_who_may_ask_for_one(council, officer, line):
    form = words(officer.get(form_of(line.posting)))
    assert "Write-off" in form
    journals = logged_in(make_mover("ims_corrections.request_journal", *SEES))
    assert "Write-off" not in words(journals.get(form_of(line.posting)))

    data = typed({line: "0.03"}, target(council.library, "0.03"), kind="write_off", ask="yes")
    officer.post(form_of(line.posting), data)
    assert Correction.objects.get().kind == CorrectionKind.WRITE_OFF


def test_a_journal_is_undone_from_the_page_of_its_posting(council, alone, line):
    client = logged_in(alone)
    made = move({line: "40.00"}, to(council.library, "40.00"), by=alone)
    link = read(client.get(page_of(made.posting))).links["Undo"]
    assert link == read(client.get(f"{LIST}inspect/{made.pk}/")).links["Undo"]

    shown = client.get(link)
    assert [row["Put"] for row in table(shown)] == ["£40.00", ""]
    assert client.post(link, {"reason": ""}).status_code == 422
    client.post(link, {"reason": "It was right"})

    assert left_of(line) == ["100.00"]
    again = client.get(link)
    assert "It has been undone already" in words(again)
    assert "Undo" not in read(client.get(page_of(made.posting))).links


def test_a_payment_offers_no_undo_and_its_address_says_why(council, officer, line):
    assert "Undo" not in read(officer.get(page_of(line.posting))).links
    told = words(officer.get(f"{LIST}undo/{line.posting_id}/"))
    assert "Only journals and transfers can be undone" in told


def test_the_list_is_narrowed_by_every_filter(council, alone, asker, line):
    client = logged_in(alone)
    one = move({line: "40.00"}, to(council.library, "40.00"), by=alone)
    two = write_off({line: "5.00"}, to(council.tax, "5.00", "WRITTEN-OFF"), by=asker)
    three = transfer(
        [(council.waste, "301122331", "7.00")], to(council.library, "7.00", "C"), by=alone
    )
    four = request_undo(posting=one.posting, reason="It was right", by=alone)
    made = dict(zip("1234", (one, two, three, four), strict=True))

    for query, expected in {
        "": "4321",
        f"reference={one.reference}": "1",
        "kind=transfer": "3",
        "state=waiting": "2",
        "undoes=yes": "4",
        "undoes=no": "321",
        "account=written-off": "2",
        "account=301122331": "4321",
        f"receipt={line.receipt_number}": "4321",
        f"fund={council.tax.pk}": "2",
        "amount=40": "41",
        "requested_at_from=2999-01-01": "",
    }.items():
        found = column(client.get(f"{LIST}?{query}"), "Correction number")
        assert found == [made[name].reference for name in expected], query


def test_a_reader_of_one_fund_sees_that_side_only(council, alone, line):
    made = move({line: "40.00"}, to(council.library, "40.00", "SECRET"), by=alone)
    reader = logged_in(make_person(*SEES, funds=(council.waste,)))

    listed = table(reader.get(LIST))
    assert [(row["Taken"], row["Put"]) for row in listed] == [("£40.00", "£0.00")]
    page = reader.get(f"{LIST}inspect/{made.pk}/")
    assert "SECRET" not in words(page)
    assert "One more line is in a fund you don't work in" in words(page)
    assert column(reader.get(f"{LIST}?account=SECRET"), "Correction number") == []


def test_people_without_the_right_find_no_way_in(council, line):
    reader = logged_in(make_person(*SEES, funds=(ALL_FUNDS,)))
    page = read(reader.get(page_of(line.posting)))
    assert not [label for label in page.links if label.startswith("Move this money")]
    assert "You don't have the right" in page.facts["Move this money"]
    assert "New transfer" not in words(reader.get(LIST))
    for url in (form_of(line.posting), TRANSFER, f"{LIST}undo/{line.posting_id}/"):
        assert reader.get(url).status_code == 302
        assert reader.post(url).status_code == 302


def test_the_form_offers_only_funds_in_which_the_person_may_move_money(council, line):
    clerk = make_mover(funds=(council.waste,))
    reads = make_group("ims_ledger.view_transaction")
    GroupFund.objects.create(group=reads, fund=council.library)
    clerk.groups.add(reads)
    page = words(logged_in(clerk).get(form_of(line.posting)))
    assert str(council.waste) in page
    assert str(council.library) not in page
    assert str(council.suspense) not in page


def test_an_approver_is_told_what_they_approve_and_the_page_says_who_did(
    council, asker, approver, line
):
    made = move({line: "40.00"}, to(council.library, "40.00"), by=asker)
    queue = logged_in(approver).get("/admin/income/approvals/")
    assert f"Journal {made.reference}" in read(queue).links
    approve_correction(made, by=approver)
    facts = read(logged_in(asker).get(f"{LIST}inspect/{made.pk}/")).facts
    assert facts["Approval"] == "Approved, bea"
    assert facts["State"] == "Posted"


def test_screens_ask_no_more_for_many_lines_and_targets_than_for_few(council, alone):
    client = logged_in(alone)
    few = paid(council.waste, council)
    many = paid(council.waste, council, *["5.00"] * 30)
    asked = []
    for lines in (few, many):
        gives = [target(council.library, "1.00", f"C{n}") for n in range(len(lines))]
        data = typed(dict.fromkeys(lines, "1.00"), *gives)
        for do in (
            lambda lines=lines: client.get(form_of(lines[0].posting)),
            lambda lines=lines, data=data: client.post(
                form_of(lines[0].posting), data | {"update": "yes"}
            ),
            lambda lines=lines, data=data: client.post(
                form_of(lines[0].posting), data | {"ask": "yes"}
            ),
        ):
            with CaptureQueriesContext(connection) as queries:
                do()
            asked.append(len(queries))
        made = Correction.objects.latest("pk")
        for url in (f"{LIST}inspect/{made.pk}/", f"{LIST}undo/{made.posting_id}/", LIST):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            asked.append(len(queries))

    assert asked[:6] == asked[6:]
    assert max(asked[0], asked[1], *asked[3:6]) <= 30, asked
