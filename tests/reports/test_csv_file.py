"""CSV that a spreadsheet reads, and doesn't run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.reports.csv_file import csv_file

cells = st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.integers(0)


def parsed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(st.lists(st.lists(cells, min_size=2, max_size=2)))
def test_what_is_read_back_is_what_was_written(rows):
    found = parsed(csv_file(["Name", "Opened"], rows))
    assert found[0] == ["Name", "Opened"]
    for row, read in zip(rows, found[1:], strict=True):
        for cell, text in zip(row, read, strict=True):
            assert text in (str(cell), f"'{cell}")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "＝1", "＠x"]
)
def test_a_formula_becomes_text(text):
    assert parsed(csv_file(["A"], [[text]]))[1] == [f"'{text}"]


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert parsed(csv_file(["A", "B", "C"], [[1, 2.5, None]]))[1] == ["1", "2.5", ""]


def test_it_is_rfc_4180_with_a_mark():
    assert csv_file(["A", "B"], [['say "hi"', "x,y"]]) == (
        b'\xef\xbb\xbfA,B\r\n"say ""hi""","x,y"\r\n'
    )
