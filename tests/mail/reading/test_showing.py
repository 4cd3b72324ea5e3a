"""A stranger's HTML on a page of the desk: nothing runs, nothing calls home unasked."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.reading.markup import DEEPEST, Markup, Open
from helpdesk.mail.reading.showing import show_html
from tests.markdown.attacks import ATTACKS

_GOOD = ("https://", "http://", "mailto:", "tel:")
_NEVER = {
    *("script", "style", "iframe", "form", "svg", "math", "object", "embed", "link", "meta"),
    *("input", "button", "textarea", "select", "base", "body", "html", "video", "audio"),
}


class Inspector(HTMLParser):
    """Reads what is shown as a browser does, and keeps what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[object] = []
        self.depth = self.deepest = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in _NEVER:
            self.bad.append(tag)
        self.bad += [name for name in given if name.startswith("on") or name in ("style", "class")]
        if tag == "a" and "href" in given and not self._is_good_link(given):
            self.bad.append(given)
        if "src" in given and not given["src"].startswith("/inline/"):
            self.bad.append(given["src"])

    def _is_good_link(self, given):
        return (
            given["href"].lower().startswith(_GOOD)
            and given["target"] == "_blank"
            and set(given["rel"].split()) == {"noopener", "noreferrer", "nofollow"}
        )


def _bad_in(html: str) -> list[object]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.bad


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through(attack):
    safe, _remote = show_html(attack, {"p": "/inline/1"}, False)
    assert _bad_in(safe) == []


@given(
    st.lists(st.sampled_from([*ATTACKS, "<b>", "</b>", "<a href='", "'", '"', ">", "<p ", "<!--"]))
)
def test_no_mixture_of_attacks_gets_through(attacks):
    safe, _remote = show_html("".join(attacks), {}, False)
    assert _bad_in(safe) == []


def test_what_people_write_stays():
    html = (
        '<h1>Lamp</h1><p align="center">It is <b>broken</b> &amp; 2 &lt; 3</p>'
        '<table width="100%"><tr><td colspan="2">a</td></tr></table><ul><li>x</li></ul>'
    )
    safe, _remote = show_html(html, {}, False)
    assert safe == html.replace("<tr>", "<tbody><tr>").replace("</tr>", "</tr></tbody>")


def test_a_link_opens_apart_and_says_nothing_of_the_desk():
    safe, _remote = show_html('<a href="https://x.example/" onclick="x()">x</a>', {}, False)
    assert safe.count("<a ") == 1
    assert 'target="_blank"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe


@pytest.mark.parametrize(
    "url", ["/logout", "tickets", "//x.example/", "?a", "javascript:1", "data:,x"]
)
def test_a_link_that_leads_nowhere_or_into_the_desk_is_none(url):
    safe, _remote = show_html(f'<a href="{url}">x</a>', {}, False)
    assert "href" not in safe


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/p.gif",
        "https://x.example/p.gif",
        "//x.example/p.gif",
        " HTTPS://x.example/p.gif",
    ],
)
def test_a_remote_picture_waits_until_it_is_asked_for_and_comes_over_https(url):
    html = f'Hi <img src="{url}" alt="pixel" srcset="{url} 2x">'
    safe, has_remote = show_html(html, {}, False)
    assert has_remote
    assert "example" not in safe
    assert 'alt="pixel"' in safe
    safe, has_remote = show_html(html, {}, True)
    assert has_remote
    assert 'src="https://x.example/p.gif"' in safe
    assert "srcset" not in safe


@pytest.mark.parametrize(
    "html",
    [
        '<div style="background:url(https://x.example/p)">x</div>',
        '<table background="https://x.example/p"><tr><td>x</td></tr></table>',
        "<style>body{background:url(https://x.example/p)}</style>x",
        '<link rel="stylesheet" href="https://x.example/p">x',
        '<video poster="https://x.example/p"></video>x',
        '<svg><image href="https://x.example/p"/></svg>x',
        '<input type="image" src="https://x.example/p">x',
        '<p src="https://x.example/p">x</p>',
    ],
)
def test_nothing_else_calls_home_even_when_pictures_may(html):
    safe, _remote = show_html(html, {}, True)
    assert "example" not in safe
    assert "x" in safe


def test_a_picture_that_came_along_is_shown_from_the_desk():
    html = '<img src="cid:p@x" width="5"><img src="CID:gone"><img src="/desk"><img src="data:,x">'
    safe, has_remote = show_html(html, {"p@x": "/inline/1"}, False)
    assert not has_remote
    assert safe == '<img width="5" src="/inline/1"><img><img><img>'


@pytest.mark.parametrize("source", ["cid:P@x", "cid:p%40x", "cid:<p@x>", " cid:p@x"])
def test_the_id_of_a_picture_may_be_written_in_many_ways(source):
    safe, _remote = show_html(f'<img src="{source}">', {"p@X": "/inline/1"}, False)
    assert 'src="/inline/1"' in safe


def test_its_depth_is_bounded_and_everything_is_closed():
    depth = deepest = 0
    for event in Markup("<div><b>" * 10_000 + "Hi").events():
        if isinstance(event, str):
            continue
        depth += 1 if isinstance(event, Open) else -1
        deepest = max(depth, deepest)
    assert (depth, deepest) == (0, DEEPEST)


def test_words_after_too_many_tags_are_still_there():
    safe, _remote = show_html("<p>x</p>" * 40_000 + "the end", {}, False)
    assert safe.endswith("the end")


def test_signs_that_cost_the_sanitiser_much_are_bounded():
    safe, _remote = show_html("<p>a &amp; b</p>" + "&" * 30_000 + "<p>the end</p>", {}, False)
    assert safe.startswith("<p>a &amp; b</p>")
    assert safe.count("&amp;") == 1
    assert safe.endswith("<p>the end</p>")
