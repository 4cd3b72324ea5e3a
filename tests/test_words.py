"""Words for searching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.words import FEW, has_words, words


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ('"Blue" lamp*', ["blue", "lamp"]),
        ("Straße ÅNGSTRÖM", ["angstrom", "strasse"]),
        ("a-b_c", ["a", "b", "c"]),
        ("la lamp lamps b lam", ["b", "lamps"]),
        ("lamp lamp LAMP", ["lamp"]),
        ("灯 NEAR(x)", ["near", "x", "灯"]),
        ("😀", ["😀"]),
        ("*** \"' --", []),
    ],
)
def test_a_keyword_is_its_folded_words(keyword, expected):
    assert words(keyword) == expected


@given(st.text(max_size=60))
def test_a_text_is_found_by_each_of_its_own_words(text):
    assert all(has_words(text, [word]) for word in words(text))
    assert has_words(text, words(text))


@given(st.text("ab灯😀 é_", max_size=60), st.text("ab灯😀 é_", max_size=60))
def test_many_words_are_found_as_each_alone_is(text, keyword):
    padding = [f"zz{number:02}" for number in range(FEW)]
    wanted = words(keyword)
    alone = all(has_words(text, [word]) for word in wanted)
    assert has_words(" ".join([text, *padding]), sorted([*wanted, *padding])) == alone


def test_every_one_of_many_words_counts():
    many = [f"w{number}x" for number in range(50)]
    text = " ".join(many)
    assert has_words(text, words(text))
    assert not has_words(text, words(f"{text} missing"))
    assert not has_words(text.replace("w31x", "aw31x"), words(text))
