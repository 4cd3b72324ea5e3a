"""Words for searching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.words import MOST_WORDS, has_word, words


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ('"Blue" lamp*', ["blue", "lamp"]),
        ("Straße ÅNGSTRÖM", ["strasse", "angstrom"]),
        ("a-b_c", ["a", "b", "c"]),
        ("lamp lamp LAMP", ["lamp"]),
        ("灯 NEAR(x)", ["灯", "near", "x"]),
        ("😀", ["😀"]),
        ("*** \"' --", []),
    ],
)
def test_a_keyword_is_its_folded_words(keyword, expected):
    assert words(keyword) == expected


def test_a_very_long_keyword_costs_no_more_than_a_long_one():
    assert len(words(" ".join(str(n) for n in range(10_000)))) == MOST_WORDS


@given(st.text(max_size=60))
def test_a_text_is_found_by_each_of_its_own_words(text):
    assert all(has_word(text, word) for word in words(text))
