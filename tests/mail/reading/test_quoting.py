"""Words, quotes and signatures: where one ends, and that nothing of them is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.mail.reading import MARKER
from helpdesk.mail.reading.attribution import is_marker
from helpdesk.mail.reading.quoting import split

_LINES = [
    *("Yes.", "", "> Well?", "> ", ">> Older", "-- ", "Alice", "Sent from my iPhone", MARKER),
    *(
        "On Tue, 24 Nov 2026, Shop <s@x.example> wrote:",
        f"> {MARKER}",
        "-----Original Message-----",
    ),
    *("From: Shop", "Sent: Tuesday", "To: Alice", "Subject: Lamp", "_" * 32),
]


def _lines(text: str) -> list[str]:
    return sorted(line.rstrip() for line in text.split("\n") if line.strip())


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_LINES), max_size=14))
def test_every_line_is_in_one_of_the_three(lines):
    text = "\n".join(lines).strip("\n")
    found = split(text)
    kept = f"{found.words}\n{found.quoted}\n{found.signature}"
    assert _lines(kept) == _lines(text)
    assert found.words or not text.strip()


@pytest.mark.parametrize(
    "line",
    [
        MARKER,
        f"> {MARKER}",
        "## - Bitte schreiben Sie über dieser Zeile - ##",
        "##— Please write above this line —##",
        "*## — Please write above this line — ##*",
    ],
)
def test_our_line_is_known_however_it_came_back(line):
    assert is_marker(line)


@pytest.mark.parametrize("line", ["## A heading", "## — ##", "### a — b", "x" * 5000])
def test_other_lines_are_not_ours(line):
    assert not is_marker(line)


def test_a_long_text_under_two_dashes_is_no_signature():
    text = "Hi\n-- \n" + "\n".join(f"line {number}" for number in range(40))
    assert split(text).words == text


def test_words_with_a_colon_are_no_quote():
    text = "Hello,\nBob from sales wrote:\nplease write down the following:\none\ntwo"
    assert split(text) == (text, "", "")


def test_the_older_answers_in_a_quote_go_with_it():
    text = (
        "New.\n\nOn 3 Nov 2026, A <a@x.example> wrote:\n> Mid\n>\n> On 2 Nov 2026, B wrote:\n>> Old"
    )
    found = split(text)
    assert found.words == "New."
    assert found.quoted.endswith(">> Old")
