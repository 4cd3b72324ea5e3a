"""What people write into a search box is read as they mean it, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.grammar import MOST_SIGNS, Among, Asked, Said, Words, parse

NAMES = ("status", "tag", "field.colour")
CROWDED = st.text(alphabet='ab灯é -:",.“»*\0\n', max_size=40)
ANY = st.one_of(CROWDED, st.text(max_size=60))


def meaning(said):
    """Filters of three names; ``from`` is words among people."""
    if said.name == "from":
        return Words(" ".join(said.values), is_excluded=said.is_excluded, among=Among.PEOPLE)
    return said if said.name in NAMES else None


def asked(text):
    return parse(text, meaning)


def test_words_and_phrases_are_wanted_or_not():
    assert asked('blue lamp -broken "to and fro" -"in two"').words == (
        Words("blue"),
        Words("lamp"),
        Words("broken", is_excluded=True),
        Words("to and fro", is_phrase=True),
        Words("in two", is_phrase=True, is_excluded=True),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:open", Said("status", ("open",), False)),
        ("Status:Open", Said("status", ("Open",), False)),
        ("-tag:vip,late", Said("tag", ("vip", "late"), True)),
        ('tag:"truly, important",late', Said("tag", ("truly, important", "late"), False)),
        ("tag:„sehr wichtig“", Said("tag", ("sehr wichtig",), False)),
        ("field.colour:red", Said("field.colour", ("red",), False)),
        ("tag:a:b", Said("tag", ("a:b",), False)),
    ],
)  # fmt: skip
def test_a_filter_is_a_name_and_values(text, expected):
    assert asked(text).filters == (expected,)
    assert asked(text).words == ()
    assert asked(f"lamp {text} chair").filters == (expected,)
    assert asked(f"lamp {text} chair").words == (Words("lamp"), Words("chair"))


@pytest.mark.parametrize(
    "text", ["colour:red", "12:30", "https://a.b/c,d", "status:", 'tag:""', "tag:,", ":open"]
)  # fmt: skip
def test_what_is_no_filter_is_words(text):
    assert asked(text).filters == ()
    assert asked(text).words == (Words(text),)


def test_a_filter_may_mean_words_of_some_place():
    assert asked('-from:"Ana Ruiz"').words == (
        Words("Ana Ruiz", is_excluded=True, among=Among.PEOPLE),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('27" monitor', ["27", "monitor"]),  # a quote that nothing closes
        ("e-mail", ["e-mail"]),
        ("lamp - chair", ["lamp", "chair"]),
        ("git --verbose", ["git", "--verbose"]),
        ("*** lamp", ["lamp"]),
    ],
)
def test_copied_text_asks_for_its_words(text, expected):
    assert asked(text).words == tuple(Words(one) for one in expected)


def test_no_text_asks_for_nothing_and_signs_find_nothing():
    assert asked("  \n").is_blank
    for signs in ("***", '"', "-", '""', "(- -)"):
        assert asked(signs).is_void
        assert not asked(signs).is_blank
    assert not asked("*** status:open").is_void


def test_a_term_can_be_left_out():
    found = asked('blue status:open "in two" -tag:vip')
    assert [found.without(term) for term in found.terms] == [
        'status:open "in two" -tag:vip',
        'blue "in two" -tag:vip',
        "blue status:open -tag:vip",
        'blue status:open "in two"',
    ]


@given(ANY)
def test_any_text_can_be_read_and_written_again(text):
    found = asked(text)
    assert isinstance(found, Asked)
    assert asked(found.text) == found
    assert found.is_blank == (not text.strip())


@given(ANY)
def test_what_is_left_after_a_term_means_what_it_meant(text):
    found = asked(text)
    for left_out in found.terms:
        others = [term.means for term in found.terms if term != left_out]
        assert [term.means for term in asked(found.without(left_out)).terms] == others


@given(ANY)
def test_nothing_that_was_written_is_lost(text):
    written = "".join(term.raw for term in asked(text).terms)
    assert "".join(written.split()) == "".join(text.split())


def test_very_many_phrases_and_exclusions_are_plain_words():
    for sign in ("-a{}", '"a{} b"', '-"a{} b"'):
        asked = parse(" ".join(sign.format(number) for number in range(MOST_SIGNS + 5)))
        special = [one for one in asked.words if one.is_phrase or one.is_excluded]
        assert len(special) == MOST_SIGNS
        assert [one.folded[0] for one in asked.words[MOST_SIGNS:]] == [
            f"a{number}" for number in range(MOST_SIGNS, MOST_SIGNS + 5)
        ]
        assert parse(asked.text) == asked


def test_what_is_said_again_is_looked_for_once():
    assert len(parse('a "b c" ' * 2000 + "-a").words) == 3
