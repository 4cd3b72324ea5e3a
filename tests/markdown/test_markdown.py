"""What Markdown and plain words look like as HTML, and read out."""

import pytest

from helpdesk import markdown
from helpdesk.markdown import File, Links

KEY = "0123456789abcdef" * 2
STAFF = Links(ticket=lambda ticket_id: f"/desk/tickets/{ticket_id}", me=7)
REL = 'rel="noopener nofollow ugc"'


def flat(html: str) -> str:
    return html.replace("\n", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>"),
        ("# One\n### Three\n##### Five", "<h3>One</h3><h5>Three</h5><h6>Five</h6>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"),
        ("```py\n<a>\n```", '<pre tabindex="0"><code>&lt;a&gt;</code></pre>'),
        ("Regards\n--\nEva", "<p>Regards<br>--<br>Eva</p>"),
        ("    an indented line", "<p>an indented line</p>"),
        ("<b>not bold</b>", "<p>&lt;b&gt;not bold&lt;/b&gt;</p>"),
        ("- [ ] a box", "<ul><li>[ ] a box</li></ul>"),
        ("AT&amp;T &copy;", "<p>AT&amp;amp;T &amp;copy;</p>"),
    ],
)
def test_markdown_is_shown(typed: str, shown: str) -> None:
    assert flat(markdown.to_html(typed)) == shown


def test_a_table_scrolls_by_itself_and_has_its_columns_in_place() -> None:
    html = flat(markdown.to_html("| a | b |\n|---|--:|\n| 1 | 2 |"))
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<th class="is-right">b</th>' in html
    assert '<td class="is-right">2</td>' in html


@pytest.mark.parametrize(
    ("typed", "url", "words"),
    [
        (
            "[our shop](https://shop.example/a?b=c&d)",
            "https://shop.example/a?b=c&amp;d",
            "our shop",
        ),
        ("see https://shop.example/a_b_c.", "https://shop.example/a_b_c", ""),
        ("(https://shop.example/Lamp_(desk))", "https://shop.example/Lamp_(desk)", ""),
        ("**https://shop.example/**", "https://shop.example/", ""),
        ("<https://shop.example/>", "https://shop.example/", ""),
        ("to ana_ruiz@shop.example!", "mailto:ana_ruiz@shop.example", "ana_ruiz@shop.example"),
        ("<ana@shop.example>", "mailto:ana@shop.example", "ana@shop.example"),
    ],
)
def test_addresses_are_links(typed: str, url: str, words: str) -> None:
    assert f'<a href="{url}" {REL}>{words or url}</a>' in markdown.to_html(typed)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "/desk", "//x.example", "ftp://x", "x.html"]
)
def test_other_addresses_are_words(url: str) -> None:
    assert flat(markdown.to_html(f"[our shop]({url})")) == "<p>our shop</p>"


def test_a_ticket_is_a_link_for_staff_only() -> None:
    shown = f'<a href="/desk/tickets/123" {REL}>TKT123</a>'
    for to_html in (markdown.to_html, markdown.plain):
        assert shown in to_html("Like TKT123, I think", STAFF)
        assert "<a" not in to_html("Like TKT123, I think")
        assert "<a" not in to_html("XTKT123 TKT0 TKT TKT12345678901234567 TKT1-2 /TKT1", STAFF)
    assert "<a" not in markdown.to_html("`TKT123`", STAFF)


def test_a_mention_is_a_badge_for_staff_and_a_name_for_others() -> None:
    text = "@[Eva Moreau](user:7) and @[Li](user:8): look"
    assert flat(markdown.to_html(text, STAFF)) == (
        '<p><span class="mention is-me">@Eva Moreau</span> and '
        '<span class="mention">@Li</span>: look</p>'
    )
    assert flat(markdown.to_html(text)) == "<p>@Eva Moreau and @Li: look</p>"


def test_who_is_mentioned() -> None:
    assert markdown.mentions("@[Eva](user:7), @[Li](user:12) and @[Eva](user:7)") == [7, 12]
    assert markdown.mentions("> - **@[Eva](user:7)**\n\n| @[Li](user:8) |\n|--|\n") == [7, 8]
    assert markdown.mentions("`@[Eva](user:7)` and\n```\n@[Li](user:8)\n```") == []
    assert markdown.mentions("[Eva](user:7) @[Eva](user:0) @[Eva](user:x) @Eva user:7") == []
    assert markdown.mentions("@[Eva](user:7) " + "*x* " * 20_000) == [7]


@pytest.mark.parametrize(
    "name", ["Eva Moreau", "Eva [the] Moreau\\", "]](user:9) `x`", "*_*", "[]"]
)
def test_whoever_is_mentioned_is_found_again(name: str) -> None:
    written = markdown.mention(name, 7)
    assert markdown.mentions(f"Hello {written}!") == [7]
    assert markdown.to_html(written, STAFF).count("mention") == 1


def test_a_picture_of_the_message_is_shown_and_no_other() -> None:
    picture, paper = File("/f/a.png", "a.png", is_picture=True), File("/f/b.pdf", "b.pdf", False)
    links = Links(file={KEY: picture, KEY[::-1]: paper}.get)
    assert flat(markdown.to_html(f"![the lamp](attachment:{KEY})", links)) == (
        f'<p><a class="picture" href="/f/a.png" {REL}>'
        '<img src="/f/a.png" alt="the lamp" loading="lazy" decoding="async"></a></p>'
    )
    shown = markdown.to_html(f"![x](attachment:{KEY[::-1]}) [y](attachment:{KEY})", links)
    assert f'<a href="/f/b.pdf" {REL}>b.pdf</a> <a href="/f/a.png" {REL}>y</a>' in shown
    for elsewhere in (f"![x](attachment:{'f' * 32})", "![x](https://a.example/x.png)", "![x](/a)"):
        assert "<img" not in markdown.to_html(elsewhere, links)
    assert markdown.embedded(f"![x](attachment:{KEY}) ![y](https://a.example)") == {KEY}


def test_only_markdown_mentions_somebody() -> None:
    assert "mention" not in markdown.plain("@[Eva](user:7)", STAFF)


def test_plain_words_stay_as_they_are() -> None:
    text = "**not bold** <b>\n  and   spaces"
    assert markdown.plain(text) == "**not bold** &lt;b&gt;\n  and   spaces"
    shown = markdown.plain("see https://a.example/x, or write to me@a.example.", STAFF)
    assert f'<a href="https://a.example/x" {REL}>https://a.example/x</a>, or' in shown
    assert f'<a href="mailto:me@a.example" {REL}>me@a.example</a>.' in shown


def test_markdown_is_read_out() -> None:
    text = (
        "# Hello\n\nSee **this** [page](https://a.example/) and https://b.example/x:\n\n"
        "2. one\n3. two\n   - three\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        f"```\ncode\n```\n\n![lamp](attachment:{KEY}) @[Eva](user:7)"
    )
    assert markdown.to_text(text) == (
        "Hello\n\nSee this page (https://a.example/) and https://b.example/x:\n\n"
        "2. one\n3. two\n   - three\n\n> quoted\n\na | b\n1 | 2\n\ncode\n\nlamp @Eva"
    )


def test_an_excerpt_is_one_line() -> None:
    assert markdown.excerpt("**Sorry!**\n\n- A [new one](https://a.example/) leaves", 160) == (
        "Sorry! - A new one leaves"
    )
    assert markdown.excerpt("a " * 50_000, 5) == "a a a"
