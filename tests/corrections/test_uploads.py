"""Many journals by one file: looked at first, all or nothing, once, as quick for thousands."""

import csv
import io
import re
from collections import Counter
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import Correction, JournalUpload
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.corrections.uploads.exceptions import AlreadyTakenIn, LinesRefused
from ims_wagtail.corrections.uploads.reading import HEADINGS, MOST_LINES, read_journals
from ims_wagtail.corrections.uploads.taking_in import take_in
from ims_wagtail.ledger.models import Posting, Transaction
from tests.factories import make_council_tax_rule, make_fund, make_office
from tests.staff.people import logged_in
from tests.staff.screens import read, table

from .making import SEES, breaches, held, left_of, make_mover, move, paid, to


pytestmark = pytest.mark.django_db

UPLOAD = "/admin/income/journal-uploads/upload/"


def shape(sql):
    """What a query does, without the numbers it does it with."""
    return re.sub(r"\d+", "n", sql.partition(' "s')[0])[:80]


def as_csv(*rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def row(line, amount="10.00", fund="LB", account="ELSEWHERE", vat="", narrative=""):
    return [line.reference, amount, fund, account, vat, narrative]


def taken_in(*rows, by, reason="Sorted by hand"):
    return take_in(lines=read_journals(as_csv(*rows)), file_name="moves.csv", reason=reason, by=by)


def decide(upload, how, **values):
    approval = for_subject(f"journal_upload:{upload.pk}")
    how(approval_id=approval.pk, **values)
    upload.refresh_from_db()
    return upload


def upload_file(client, content, name="moves.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"file": file, "reason": "Sorted by hand"})


def confirmed_in(response):
    page = BeautifulSoup(response.content, "html.parser")
    found = page.find("input", {"name": "confirmed"})
    return found["value"] if found else ""


def test_a_file_waits_as_a_whole_and_is_posted_in_one_go_when_approved(council, asker, approver):
    asker.ims_profile.office = office = make_office()
    asker.ims_profile.save()
    first, second = paid(council.waste, council, "70.00", "30.00")

    upload = taken_in(row(first, "20.00"), row(second, "30.00", narrative="Whole of it"), by=asker)

    assert (upload.state, upload.lines, upload.amount) == ("waiting", 2, Decimal("50.00"))
    assert held() == Decimal("50.00")
    assert left_of(first, second) == ["50.00", "0.00"]
    decide(upload, approve, by=approver)
    assert upload.state == "posted"
    assert held() == 0
    made = list(upload.corrections.order_by("upload_line"))
    assert [one.state for one in made] == ["posted", "posted"]
    assert [one.upload_line for one in made] == [2, 3]
    for one, source, amount in zip(made, (first, second), ("20.00", "30.00"), strict=True):
        away, there = one.posting.lines.order_by("line_number")
        assert (away.corrects_id, str(away.amount)) == (source.pk, f"-{amount}")
        assert (there.fund, there.account_reference) == (council.library, "ELSEWHERE")
        assert there.receipt_number == source.receipt_number
        assert (one.posting.entered_by, one.posting.office) == (asker, office)
    assert made[1].posting.lines.get(amount__gt=0).narrative == "Whole of it"
    assert not breaches()


def test_what_one_may_do_alone_is_posted_at_once_and_each_line_can_be_undone(council, alone):
    first, second = paid(council.waste, council, "70.00", "30.00")

    upload = taken_in(row(first, "20.00"), row(second, "30.00"), by=alone)

    assert upload.state == "posted"
    one = upload.corrections.get(upload_line=2)
    request_undo(posting=one.posting, reason="Not this one", by=alone)
    assert left_of(first, second) == ["70.00", "0.00"]
    assert not breaches()


def test_a_file_that_was_rejected_holds_nothing_and_may_come_again(council, asker, approver):
    [line] = paid(council.waste, council)
    upload = taken_in(row(line), by=asker)
    decide(upload, reject, by=approver, note="No")

    assert (upload.state, held()) == ("rejected", 0)
    assert {one.state for one in upload.corrections.all()} == {"rejected"}
    assert taken_in(row(line), by=asker).state == "waiting"
    assert not breaches()


def test_the_same_file_is_taken_in_once_whatever_its_format(council, alone, asker):
    [line] = paid(council.waste, council)
    upload = taken_in(row(line), by=alone)
    book = Workbook()
    book.active.append(["Amount", "Transaction reference", "To account", "Fund", "Old note"])
    book.active.append([10, line.reference.lower(), "ELSEWHERE", "LB"])
    file = io.BytesIO()
    book.save(file)

    # As a spreadsheet it says the same but for how the amount is written.
    said = read_journals(file.getvalue())
    assert [(one.reference, one.amount, one.fund, one.account) for one in said] == [
        (line.reference, Decimal("10.00"), "LB", "ELSEWHERE")
    ]
    for by in (alone, asker):
        with pytest.raises(AlreadyTakenIn) as again:
            take_in(lines=said, file_name="again.xlsx", reason="Again", by=by)
        assert again.value.upload == upload
    assert Posting.objects.filter(source__startswith="correction").count() == 1


@pytest.mark.parametrize(
    ("change", "column", "found", "to_do"),
    [
        ({"reference": "T1X"}, "transaction reference", "T1X", "no such transaction"),
        ({"reference": ""}, "transaction reference", "", "Enter the reference"),
        ({"amount": "100.01"}, "amount", "100.01", "Only £99.00 of it can be moved"),
        ({"amount": "ten"}, "amount", "ten", "pounds and pence"),
        ({"amount": "0.00"}, "amount", "0.00", "more than £0.00"),
        ({"fund": "ZZ"}, "to fund", "ZZ", "no such fund"),
        ({"fund": "CT", "account": "301122332"}, "to account", "301122332", "Check your reference"),
        ({"fund": "GW", "vat": "T2"}, "vat", "T2", "another VAT code"),
        ({"vat": "QQ"}, "vat", "QQ", "no such VAT code"),
        ({"account": ""}, "to account", "", "Enter the account"),
        ({"account": "X" * 37}, "to account", "X" * 37, "36 characters"),
        ({"narrative": "X" * 201}, "narrative", "X" * 60, "200 characters"),
    ],
)
def test_each_fault_names_line_column_what_was_found_and_what_to_do(
    council, alone, change, column, found, to_do
):
    make_fund("CT", reference_rule=make_council_tax_rule())
    [line] = paid(council.waste, council)
    good = dict(zip(("amount", "fund", "account", "vat", "narrative"), row(line)[1:], strict=True))
    wrong = {"reference": line.reference, **good, **change}

    with pytest.raises(LinesRefused) as refused:
        taken_in(row(line, "1.00"), list(wrong.values()), by=alone)

    faults = refused.value.checked.faults
    assert [(fault.line, fault.column, fault.found) for fault in faults] == [(3, column, found)]
    assert to_do in faults[0].to_do
    assert not JournalUpload.objects.exists()
    assert not Correction.objects.exists()


def test_lines_of_one_transaction_cannot_take_more_than_it_has_together(council, alone):
    [line] = paid(council.waste, council)

    with pytest.raises(LinesRefused) as refused:
        taken_in(row(line, "60.00"), row(line, "60.00", account="THIRD"), by=alone)

    [fault] = refused.value.checked.faults
    assert (fault.line, fault.column) == (3, "amount")
    assert "Only £40.00 of it" in fault.to_do


def test_money_cannot_go_where_it_is_or_come_from_what_corrects_another(council, alone):
    [line] = paid(council.waste, council, account_reference="HERE")
    moved = move({line: "10.00"}, to(council.library, "10.00"), by=alone)
    away = moved.posting.lines.get(amount__lt=0)

    with pytest.raises(LinesRefused) as refused:
        taken_in(row(line, fund="GW", account="HERE"), row(away, "1.00"), by=alone)

    told = {(fault.line, fault.column): fault.to_do for fault in refused.value.checked.faults}
    assert "where the money is now" in told[2, "to account"]
    assert "corrects another transaction" in told[3, "transaction reference"]


def test_transactions_and_funds_of_others_are_as_good_as_absent(council):
    theirs = paid(council.library, council)[0]
    [line] = paid(council.waste, council)
    clerk = make_mover(funds=(council.waste,), alone="1000.00", name="clerk")

    with pytest.raises(LinesRefused) as refused:
        taken_in(row(theirs, fund="GW"), row(line, fund="LB"), by=clerk)

    told = {(fault.line, fault.column): fault.to_do for fault in refused.value.checked.faults}
    assert "no such transaction" in told[2, "transaction reference"]
    assert "no such fund" in told[3, "to fund"]


def test_a_target_that_closed_meanwhile_keeps_the_whole_file_waiting(council, asker, approver):
    [line] = paid(council.waste, council)
    upload = taken_in(row(line, "1.00"), row(line, "2.00", fund="GW"), by=asker)
    council.library.enabled = False
    council.library.save()

    with pytest.raises(Exception, match="takes no money any more"):
        decide(upload, approve, by=approver)

    upload.refresh_from_db()
    assert upload.state == "waiting"
    assert held() == Decimal("3.00")


def test_a_preview_shows_what_would_be_moved_and_confirming_twice_posts_once(council, alone):
    client = logged_in(alone)
    [line] = paid(council.waste, council)

    preview = upload_file(client, as_csv(row(line, "10.00", narrative="To the library")))

    [shown] = table(preview)
    assert (shown["Transaction"], shown["Amount"]) == (line.reference, "£10.00")
    assert (shown["From"], shown["To"]) == (
        f"{council.waste}, {line.account_reference}",
        f"{council.library}, ELSEWHERE",
    )
    assert not JournalUpload.objects.exists()
    for _click in range(2):
        done = client.post(UPLOAD, {"confirmed": confirmed_in(preview)}, follow=True)
    upload = JournalUpload.objects.get()
    assert "These journals were taken in before" in done.content.decode()
    assert read(done).facts["State"].startswith("Posted")
    assert [side["Amount"] for side in table(done)] == ["£10.00"]
    assert Posting.objects.filter(source__startswith="correction").count() == upload.lines == 1


def test_a_preview_with_faults_lists_them_and_offers_nothing_to_confirm(council, alone):
    client = logged_in(alone)
    [line] = paid(council.waste, council)

    response = upload_file(client, as_csv(row(line), row(line, "ten")))

    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    faults = page.find("caption", string="What is wrong").parent.tbody
    assert [cell.text for cell in faults.find_all(["th", "td"])][:3] == ["3", "amount", "ten"]
    assert not confirmed_in(response)
    forged = client.post(UPLOAD, {"confirmed": "anything"})
    assert forged.status_code == 302
    assert not JournalUpload.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"amount,to fund\n1,2\n", "must have the headings"),
        (as_csv(), "There are no journals"),
        (as_csv(*[["T1", "1.00", "LB", "A", "", ""]] * (MOST_LINES + 1)), "more than 10000 rows"),
        (b"PK not a workbook", "can’t be read"),
    ],
)
def test_a_file_nothing_can_be_made_of_is_refused_with_the_reason(council, alone, content, told):
    response = upload_file(logged_in(alone), content)

    assert response.status_code == 422
    assert told in response.content.decode()


def test_the_template_has_the_headings_that_are_read(council, alone):
    content = logged_in(alone).get(f"{UPLOAD}?template=csv").content

    assert next(csv.reader(io.StringIO(content.decode()))) == list(HEADINGS)


def test_without_the_right_to_journals_there_is_no_way_in(council):
    client = logged_in(make_mover(*SEES, "ims_corrections.request_transfer"))

    assert client.get(UPLOAD).status_code == 302
    assert client.post(UPLOAD).status_code == 302


def test_what_was_asked_for_by_a_file_stays_as_it_was(council, alone):
    [line] = paid(council.waste, council)
    taken_in(row(line), by=alone)

    for change in (
        lambda: JournalUpload.objects.update(reason="Other"),
        lambda: JournalUpload.objects.all().delete(),
        lambda: Correction.objects.update(upload=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_two_thousand_lines_ask_no_more_than_ten(council):
    alone = make_mover(alone="5000.00", name="rich")
    asked = []
    for number in (10, 2_000):
        lines = paid(council.waste, council, *["1.00"] * number)
        rows = read_journals(as_csv(*(row(line, "1.00") for line in lines)))
        with CaptureQueriesContext(connection) as queries:
            upload = take_in(lines=rows, file_name="many.csv", reason="Many", by=alone)
        asked.append(Counter(shape(query["sql"]) for query in queries))
        assert upload.state == "posted"

    assert asked[1] - asked[0] == Counter()
    assert asked[1].total() <= 80
    assert not Transaction.objects.filter(corrects__isnull=False).exclude(amount="-1.00").exists()


def test_a_preview_of_many_lines_shows_the_first_and_says_how_many_more(council, asker):
    lines = paid(council.waste, council, *["1.00"] * 250)
    good = upload_file(logged_in(asker), as_csv(*(row(line, "1.00") for line in lines)))
    bad = upload_file(logged_in(asker), as_csv(*(row(line, "9.00") for line in lines)))

    assert len(table(good)) == 200
    assert "50 more lines of the file are not shown here." in good.content.decode()
    assert "250 journals, £250.00 in all" in good.content.decode()
    assert "50 more things are wrong further down." in bad.content.decode()


def test_refusals_are_in_words(council, alone):
    [line] = paid(council.waste, council)

    with pytest.raises(CorrectionRefused, match="Say why"):
        taken_in(row(line), by=alone, reason=" ")
