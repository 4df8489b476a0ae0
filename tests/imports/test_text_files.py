"""Text in whatever shape it comes: lines, encodings, cut-off files, lines without end."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.imports.formats.contract import Unreadable
from ims_wagtail.imports.formats.text import LONGEST_LINE, lines


def read(content: bytes, encoding: str = "utf-8") -> list[str]:
    return list(lines(BytesIO(content), encoding))


def refusal(content: bytes, encoding: str = "utf-8"):
    with pytest.raises(Unreadable) as caught:
        read(content, encoding)
    return caught.value.problem


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end):
    assert read(f"one{end}two{end}".encode()) == ["one", "two"]
    assert read(f"one{end}{end}two".encode()) == ["one", "", "two"]


@given(
    parts=st.lists(st.text(alphabet="aé£ ,\x85\u2028\x0b", max_size=9), min_size=1, max_size=20),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.integers(1, 7),
)
def test_lines_are_the_same_wherever_the_reading_of_bytes_pauses(parts, end, size):
    class Slow(BytesIO):
        def read(self, _wanted=-1):
            return super().read(size)

    content = "".join(part + end for part in parts).encode()

    assert list(lines(Slow(content), "utf-8")) == parts


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert read(b"\xef\xbb\xbfDate,Amount\n") == ["Date,Amount"]
    assert read("Date\n".encode("utf-16"), "utf-16") == ["Date"]


def test_a_mark_of_another_encoding_is_refused_and_named():
    problem = refusal("Date\n".encode("utf-16"))
    assert "UTF-16" in problem.found
    assert "UTF-16" in problem.remedy
    assert "UTF-8" in refusal(b"\xef\xbb\xbfDate\n", "cp1252").found


@pytest.mark.parametrize("before", [b"", b"x" * 262_140])
def test_a_byte_of_another_encoding_is_named_with_its_place(before):
    problem = refusal(before + b"\none\ntwo caf\xe9 three\n")

    assert problem.line == 3
    assert problem.column == "character 8"
    assert "0xE9" in problem.found
    assert str(len(before) + 13) in problem.found


def test_a_file_cut_off_within_a_character_is_refused():
    assert "cut off" in refusal("£".encode()[:1]).remedy


def test_a_line_without_end_is_refused_before_it_fills_the_memory():
    class Endless(BytesIO):
        given = 0

        def read(self, wanted=-1):
            self.given += wanted
            return b"x" * wanted

    endless = Endless()
    with pytest.raises(Unreadable):
        list(lines(endless, "utf-8"))
    assert endless.given < LONGEST_LINE * 2


def test_what_is_no_text_is_refused():
    assert refusal(b"one\nP\x00K\n").line == 2
