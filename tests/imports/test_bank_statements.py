"""Files of banks: every entry once, to the penny, or the file is refused with its place."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

import ims_wagtail.imports
from ims_wagtail.imports.formats.bai2 import BAI2
from ims_wagtail.imports.formats.camt053 import CAMT053
from ims_wagtail.imports.formats.contract import Problem, Reading, Unreadable
from ims_wagtail.imports.formats.mt940 import MT940
from ims_wagtail.imports.rows import Row


SAMPLES = Path(ims_wagtail.imports.__file__).parent / "samples"
BANKS = (CAMT053, MT940, BAI2)


def sample(a_format, *, old: str = "", new: str = "") -> bytes:
    """Return a format's sample, changed in one place."""
    text = (SAMPLES / a_format.sample).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1).encode()


def read(a_format, data: bytes, encoding: str = "utf-8"):
    """Return rows, problems and totals."""
    reader = a_format.open(BytesIO(data), Reading(encoding=encoding))
    found = list(reader)
    rows = [one for one in found if isinstance(one, Row)]
    return rows, [one for one in found if isinstance(one, Problem)], reader.totals


def amounts(rows) -> list[str]:
    return [str(row.amount) for row in rows]


def test_camt053_splits_a_batch_and_leaves_out_what_is_not_booked():
    rows, problems, totals = read(CAMT053, sample(CAMT053))
    assert not problems
    assert amounts(rows) == ["145.50", "60.00", "45.00", "-20.00"]
    assert [row.external_id for row in rows] == [
        "BK26112000001",
        "BK26112000002/1",
        "BK26112000002/2",
        "BK26112000003",
    ]
    assert rows[0].narrative == "COUNCIL TAX 771234567"
    # The text is kept as the bank wrote it, without names that a parser makes up.
    assert [row.raw.partition(">")[0] for row in rows] == ["<Ntry", "<TxDtls", "<TxDtls", "<Ntry"]
    assert '<Amt Ccy="GBP">145.50</Amt>' in rows[0].raw
    assert (rows[1].reference, rows[1].payer) == ("771234568", "B Carter")
    assert rows[2].narrative == "PARKING FINE E2E-2"
    assert (totals.account, totals.sequence) == ("GB33BUKB20201555555555", "231")
    assert (totals.opening, totals.closing) == (Decimal("1250.00"), Decimal("1480.50"))


def test_mt940_reads_each_statement_with_its_reversals():
    rows, problems, totals = read(MT940, sample(MT940))
    assert not problems
    assert amounts(rows) == ["145.50", "60.00", "-20.00", "-45.50", "12.34"]
    assert [row.number for row in rows] == [5, 7, 9, 11, 19]
    assert (rows[0].reference, rows[1].reference) == ("771234567", "")
    assert rows[0].narrative == "A BROOK COUNCIL TAX 771234567"
    assert rows[4].external_id == "BK26112100001"
    assert totals.closing - totals.opening == sum(row.amount for row in rows)


def test_bai2_signs_entries_by_their_codes():
    rows, problems, totals = read(BAI2, sample(BAI2))
    assert not problems
    assert amounts(rows) == ["145.50", "60.00", "-20.00"]
    assert rows[1].narrative == "GARDEN WASTE BIN 2 THE LANE"
    assert [row.number for row in rows] == [4, 5, 7]
    assert (totals.opening, totals.closing) == (Decimal("1250.00"), Decimal("1435.50"))


@pytest.mark.parametrize("a_format", BANKS, ids=lambda one: one.key)
@pytest.mark.parametrize("ends", [b"\r\n", b"\r"], ids=["CRLF", "CR"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(a_format, ends):
    plain, _problems, _totals = read(a_format, sample(a_format))
    other = b"\xef\xbb\xbf" + sample(a_format).replace(b"\n", ends)
    rows, problems, _totals = read(a_format, other)
    assert not problems
    assert amounts(rows) == amounts(plain)


@pytest.mark.parametrize(
    ("a_format", "old", "new"),
    [
        (CAMT053, "1480.50", "1480.51"),
        (MT940, "GBP1390,00\n-", "GBP1390,01\n-"),
        (BAI2, "015,143550", "015,143551"),
    ],
    ids=lambda one: getattr(one, "key", ""),
)
def test_a_penny_between_balances_and_entries_is_a_problem(a_format, old, new):
    data = sample(a_format, old=old, new=new)
    if a_format is BAI2:  # its control totals count balances as well
        data = data.replace(b"291100", b"291101")
    _rows, problems, _totals = read(a_format, data)
    assert problems[0].column.startswith("Closing balance")
    assert problems[0].line == 0, "it is about the whole file: none of it may be posted"
    assert "opening balance £" in problems[0].expected


@pytest.mark.parametrize("a_format", BANKS, ids=lambda one: one.key)
def test_a_file_that_was_cut_off_never_passes(a_format):
    """Wherever it ends, something doesn't add up: the reader or the balances say so."""
    data = sample(a_format).rstrip()
    whole, _problems, _totals = read(a_format, data)
    unnoticed = []
    for end in range(0, len(data) - 1, 7):
        try:
            rows, problems, totals = read(a_format, data[:end])
        except Unreadable as error:
            assert error.problem.remedy
            continue
        complete = totals.closing is not None and amounts(rows) == amounts(whole)
        if not problems and not complete and totals.closing is None:
            unnoticed.append(end)
    assert not unnoticed


@pytest.mark.parametrize(
    ("a_format", "old", "new"),
    [
        (CAMT053, '<Amt Ccy="GBP">145.50', '<Amt Ccy="EUR">145.50'),
        (BAI2, "03,12345678,GBP", "03,12345678,USD"),
        (MT940, "C261119GBP1250,00", "C261119EUR1250,00"),
    ],
    ids=lambda one: getattr(one, "key", ""),
)
def test_other_currencies_are_no_money_of_ours(a_format, old, new):
    rows, problems, _totals = read(a_format, sample(a_format, old=old, new=new))
    assert "145.50" not in amounts(rows)
    assert problems


def test_an_entry_that_the_library_runs_into_another_stops_the_file():
    with pytest.raises(Unreadable) as refused:
        read(MT940, sample(MT940, old="C60,NTRFNONREF", new="C60,"))
    assert "entries could be read" in refused.value.problem.found


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "secrets.txt">',
        '<!DOCTYPE x [<!ENTITY a "1234567890"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_xml_with_entities_is_refused_and_nothing_is_fetched(declaration):
    with pytest.raises(Unreadable) as refused:
        read(CAMT053, sample(CAMT053, old="<Document", new=f"{declaration}<Document"))
    assert "entity" in refused.value.problem.found


def test_payments_of_a_batch_have_to_add_up():
    _rows, problems, _totals = read(CAMT053, sample(CAMT053, old=">45.00<", new=">45.01<"))
    assert problems[0].column == "TxDtls/Amt"
    assert "105.00" in problems[0].expected


def test_the_wrong_encoding_is_told_with_line_and_column():
    data = sample(MT940).replace(b"THE LANE", b"CAF\xc9")
    with pytest.raises(Unreadable) as refused:
        read(MT940, data)
    assert (refused.value.problem.line, refused.value.problem.column) == (8, "character 27")
    rows, problems, _totals = read(MT940, data, encoding="cp1252")
    assert not problems
    assert rows[1].narrative.endswith("CAFÉ")


@pytest.mark.parametrize("a_format", BANKS, ids=lambda one: one.key)
def test_another_kind_of_file_is_refused(a_format):
    with pytest.raises(Unreadable):
        read(a_format, b"Date,Amount\n2026-11-20,1.00\n")


def test_balances_of_days_to_come_are_not_needed_whatever_stands_there():
    rows, problems, _totals = read(MT940, sample(MT940, old="-\n", new=":65:Dnullnull12,3\n-\n"))
    assert not problems
    assert amounts(rows)[:4] == ["145.50", "60.00", "-20.00", "-45.50"]


def test_a_bank_may_write_a_long_reference():
    long = "GB33BUKB20201555555555"
    data = sample(MT940, old="C60,NTRFNONREF", new=f"C60,NTRF{long}")
    rows, problems, _totals = read(MT940, data)
    assert not problems
    assert (rows[1].reference, rows[1].external_id) == (long, "BK26112000002")


def test_what_cannot_be_read_is_told_in_the_files_own_words():
    with pytest.raises(Unreadable) as refused:
        read(MT940, sample(MT940, old="C60,NTRFNONREF", new="X60,NTRFNONREF"))
    assert refused.value.problem.line == 7
    assert "X60,NTRFNONREF" in refused.value.problem.found
    assert "object at" not in refused.value.problem.found


def test_a_summary_may_be_cut_between_its_code_and_its_amount():
    whole = sample(BAI2).decode()
    account = next(line for line in whole.split("\n") if line.startswith("03,"))
    cut = account.replace(",015,143550", ",015/\n88,143550")
    assert cut != account
    data = whole.replace(account, cut).replace("49,291100,6", "49,291100,7")
    data = data.replace("98,291100,1,8", "98,291100,1,9").replace(
        "99,291100,1,10", "99,291100,1,11"
    )
    _rows, problems, totals = read(BAI2, data.encode())
    assert not problems
    assert totals.closing == Decimal("1435.50")


def test_amounts_of_nothing_on_some_days_may_be_blank():
    old = next(line for line in sample(BAI2).decode().split("\n") if line.startswith("16,"))
    code, amount, _rest = old.split(",", 3)[1:]
    new = f"16,{code},{amount},S,,{amount},,REF1,,TEXT/"
    rows, problems, _totals = read(BAI2, sample(BAI2, old=old, new=new))
    assert not problems
    assert str(rows[0].amount) == "145.50"
