"""Nothing that somebody writes becomes more than words; each of the two walls holds alone."""

from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import markdown
from helpdesk.markdown import html
from helpdesk.markdown.parser import parse

from .attacks import ATTACKS, KEY

LINKS = markdown.Links(
    file=lambda key: (
        markdown.File(f"/files/{key}/a.png", "a.png", is_picture=True) if key == KEY else None
    ),
    ticket=lambda ticket_id: f"/desk/tickets/{ticket_id}",
    me=1,
)
ALLOWED: dict[str, set[str]] = {
    "a": {"href", "rel", "class"},
    "img": {"src", "alt", "loading", "decoding"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
    "span": {"class"},
    "p": {"class"},
    "th": {"class"},
    "td": {"class"},
}
PLAIN = {
    *("br", "hr", "strong", "em", "del", "code", "blockquote", "ul", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr"),
}


class Inspector(HTMLParser):
    """Reads HTML as a browser does and keeps all that is not on the lists."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED and tag not in PLAIN:
            self.bad.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.bad.append((tag, name))
            if name == "src" and value != f"/files/{KEY}/a.png":
                self.bad.append(value)
            if name == "href" and not is_good(value or ""):
                self.bad.append(value)

    def handle_comment(self, data: str) -> None:
        self.bad.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def is_good(url: str) -> bool:
    if url == f"/files/{KEY}/a.png":
        return True
    return urlsplit(url).scheme in ("http", "https", "mailto") or (
        url.startswith("/desk/tickets/") and url.removeprefix("/desk/tickets/").isdecimal()
    )


def bad(written: str) -> list[Any]:
    inspector = Inspector()
    inspector.feed(written)
    inspector.close()
    return inspector.bad


def test_there_are_enough_of_them() -> None:
    assert len(set(ATTACKS)) >= 200


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_words(attack: str) -> None:
    for words in (attack, f"Hello {attack} and *goodbye*", f"> - {attack}\n\n{attack}"):
        assert bad(markdown.to_html(words, LINKS)) == []
        assert bad(markdown.plain(words, LINKS)) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_first_wall_holds_alone(attack: str) -> None:
    assert bad(html._Writer(LINKS).all(parse(attack) or [])) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_second_wall_holds_alone(attack: str) -> None:
    found = bad(html._CLEANER.clean(f"<p>{attack}</p><a href='{attack}'>x</a>"))
    # It can't know which of the desk's own addresses, and of pictures, were meant.
    ours = [one for one in found if isinstance(one, str) and (one[:1] == "/" or "//" in one)]
    assert [one for one in found if one not in ours] == []
    assert not any(one.startswith(("//", "/\\")) for one in ours)


def test_what_is_escaped_is_read_as_it_was_typed() -> None:
    typed = "<b>&amp; \"x\" 'y'</b>"
    assert unescape(markdown.to_html(typed)) == f"<p>{typed}</p>\n"
    assert markdown.to_text(typed) == typed


markup = st.lists(
    st.sampled_from(
        [
            *("*", "**", "_", "~~", "`", "```\n", "[", "](", ")", "![", "<", ">", "> ", "|", "|-|"),
            *("\n", "\n\n", "- ", "1. ", "# ", "\\", "&", '"', "'", "a", " ", "javascript:"),
            *("https://a.example/", "a@b.example", "TKT7", "@[", "](user:7)", "attachment:", KEY),
            *("<script>", "</p>", "\t", "\x00", "\u202e", "é", "<!--", "-->", "&#x6a;"),
        ]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(markup, st.text(max_size=400)))
def test_whatever_is_typed(text: str) -> None:
    assert bad(markdown.to_html(text, LINKS)) == []
    assert bad(markdown.plain(text, LINKS)) == []
    assert isinstance(markdown.to_text(text), str)
    assert len(markdown.excerpt(text, 160)) <= 160
    assert all(isinstance(user_id, int) for user_id in markdown.mentions(text))
    assert markdown.embedded(text) <= {KEY}
