"""What was found is shown with its words marked, wherever in a text they stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.grammar import Among, parse
from helpdesk.search.marking import marker
from helpdesk.words import has_words


def marked(search, text):
    """*text* with what is marked in brackets."""
    found = marker(parse(search).words, Among.ALL)
    pieces = found.segments(text) if found else [(text, False)]
    assert "".join(piece for piece, _is_hit in pieces) == text
    return "".join(f"[{piece}]" if is_hit else piece for piece, is_hit in pieces)


@pytest.mark.parametrize(
    ("search", "text", "expected"),
    [
        ("lamp", "The LAMP, lamps and a clamp", "The [LAMP], [lamps] and a clamp"),
        ("angstrom", "in Ångström.", "in [Ångström]."),
        ("ångström", "in A\u030angstro\u0308m!", "in [A\u030angstro\u0308m]!"),
        ("strasse", "Große Straße 7", "Große [Straße] 7"),
        ("grosse", "Straße große ß", "Straße [große] ß"),
        ("灯坏", "我的灯坏了", "我的[灯坏]了"),
        ("😀", "fine 😀😀", "fine [😀][😀]"),
        ('"blue lamp"', "blue lamps, Blue – lamp", "blue lamps, [Blue – lamp]"),
        ('"lamp"', "lamps lamp", "lamps [lamp]"),
        ("lamp -blue", "blue lamp", "blue [lamp]"),
        ("la lamp", "lamp lab", "[lamp] lab"),  # who asks for both means the longer one
        ("snake_case", "a snake_case", "a [snake]_[case]"),
        ("ﬁne", "fine ﬁne", "[fine] [ﬁne]"),
        ("***", "a *** b", "a *** b"),
        (".*", "a .* b", "a .* b"),
    ],
)
def test_words_are_marked_as_they_are_found(search, text, expected):
    assert marked(search, text) == expected


TEXTS = st.text(alphabet="abL灯éß\u0301ﬁ 😀-_.\n", max_size=40)


@given(TEXTS, TEXTS)
def test_what_is_marked_is_what_was_searched_for(search, text):
    words = [one for one in parse(search).words if not one.is_phrase and not one.is_excluded]
    found = marker(words, Among.ALL)
    wanted = {word for one in words for word in one.folded}
    assert (found is None) == (not wanted)
    if found is not None:
        pieces = found.segments(text)
        assert "".join(piece for piece, _is_hit in pieces) == text
        for piece, is_hit in pieces:
            assert not is_hit or any(has_words(piece, [word]) for word in wanted)


def test_the_piece_of_a_text_that_is_shown_has_the_most_words():
    found = marker(parse("blue lamp order").words, Among.ALL)
    text = f"{'A lamp. ' * 40} {'So it goes. ' * 40} The blue lamp of my order. {'Bye. ' * 40}"
    piece = found.piece(text, 160)
    assert "The blue lamp of my order." in piece
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert len(piece) <= 162
    assert found.found_in(piece) == found.all_words
    assert found.piece("A blue one", 160) == "A blue one"
    assert found.piece("Nothing here", 160) == ""


@given(TEXTS, TEXTS, st.integers(50, 200))
def test_a_piece_is_a_part_of_the_text(search, text, longest):
    found = marker(parse(search).words, Among.ALL)
    text = text * 20
    if found is not None and (piece := found.piece(text, longest)):
        assert len(piece) <= longest + 2
        assert piece.strip("…") in text
        assert found.found_in(piece)


def test_the_worst_texts_and_searches_are_marked():
    words = parse(" ".join(f"{'ab' * 20}{number}" for number in range(5000)) + ' "a b c d"').words
    found = marker(words, Among.ALL)
    for text in ("ab" * 30_000, "a - b " * 10_000, "é" * 60_000, "灯" * 60_000):
        assert "".join(piece for piece, _is_hit in found.segments(text)) == text
        assert len(found.piece(text, 160)) <= 162
    assert len(found.all_words) <= 100


def test_no_sign_is_a_pattern():
    for sign in map(chr, range(33, 127)):
        assert re.sub(r"[\[\]]", "", marked(f"lamp{sign}x", f"a lamp{sign}x")) in (
            f"a lamp{sign}x",
            f"a lamp{sign}x".translate({91: None, 93: None}),
        )
