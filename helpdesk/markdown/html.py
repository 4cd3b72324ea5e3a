"""Tokens as HTML, and what of HTML may ever reach a page."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import nh3
from markupsafe import Markup, escape

from ..i18n import gettext as _
from .links import REL, Links, anchor, badge, linked
from .parser import Token, parse
from .reading import as_names, words_of

TOP_HEADING = 3  # of a message: the page's own are above it
_ATTACHMENT = re.compile(r"attachment:([0-9a-f]{32})")
_SCHEMES = ("http://", "https://", "mailto:")
_PLACES = ("center", "right")


def _ours(url: str) -> str | None:
    """Addresses of this desk are ``/…``; nothing else is relative."""
    return url if re.match(r"/(?![/\\])", url) else None


# The second wall: whatever the first one lets through, nothing else comes out.
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "span", "div"),
        *("ul", "ol", "li", "h3", "h4", "h5", "h6", "a", "img"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "loading", "decoding"},
        "ol": {"start"},
        "div": {"tabindex"},
        "pre": {"tabindex"},
    },
    allowed_classes={
        "a": {"picture"},
        "div": {"table-scroll"},
        "span": {"mention", "is-me"},
        "p": {"as-typed"},
        "th": {"is-center", "is-right"},
        "td": {"is-center", "is-right"},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative=_ours,
    link_rel=REL,
)


def written(text: str, links: Links) -> Markup:
    """*text*, Markdown, as clean HTML."""
    tokens = parse(text)
    if tokens is None:
        html = Markup('<p class="as-typed">{}</p>').format(linked(as_names(text), links))
    else:
        html = _Writer(links).all(tokens)
    return Markup(_CLEANER.clean(html))  # noqa: S704  (this is what makes it safe)


class _Writer:
    """Tokens to HTML; every word and every attribute is escaped."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.in_link = False

    def all(self, tokens: Sequence[Token]) -> Markup:
        """*tokens* one after the other; words that the parser cut in pieces are one again."""
        parts: list[Markup] = []
        words: list[str] = []

        def flush() -> None:
            if words:
                text = "".join(words)
                parts.append(escape(text) if self.in_link else linked(text, self.links))
                words.clear()

        for token in tokens:
            if token["type"] == "text":
                words.append(token["raw"])
            else:
                flush()
                parts.append(self._one(token))
        flush()
        return Markup("").join(parts)

    def _one(self, token: Token) -> Markup:
        kind = token["type"]
        if kind in _AROUND:
            start, end = _AROUND[kind]
            return start + self.all(token["children"]) + end
        write: Callable[[_Writer, Token], Markup] = _WRITERS[kind]
        return write(self, token)

    def link(self, token: Token) -> Markup:
        url = token["attrs"]["url"]
        if self.in_link:
            return self.all(token["children"])
        self.in_link = True
        words = self.all(token["children"])
        self.in_link = False
        if file := self._file(url):
            return anchor(file.url, words)
        return anchor(url, words) if url.lower().startswith(_SCHEMES) else words

    def image(self, token: Token) -> Markup:
        """A picture of the message itself; anything else is a link to it, or its words."""
        url, alt = token["attrs"]["url"], words_of(token["children"])
        file = self._file(url)
        if file is None:
            is_link = url.lower().startswith(_SCHEMES) and not self.in_link
            return anchor(url, escape(alt or url)) if is_link else escape(alt or _("picture"))
        if not file.is_picture or self.in_link:
            return escape(alt or file.name) if self.in_link else anchor(file.url, escape(file.name))
        picture = Markup('<img src="{}" alt="{}" loading="lazy" decoding="async">')
        return Markup('<a class="picture" href="{}">{}</a>').format(
            file.url, picture.format(file.url, alt or file.name)
        )

    def mention(self, token: Token) -> Markup:
        attrs = token["attrs"]
        return badge(attrs["name"], attrs["id"], self.links)

    def heading(self, token: Token) -> Markup:
        level = min(6, TOP_HEADING - 1 + token["attrs"]["level"])
        return Markup("<h{0}>{1}</h{0}>\n").format(level, self.all(token["children"]))

    def list(self, token: Token) -> Markup:
        attrs = token["attrs"]
        items = self.all(token["children"])
        if not attrs["ordered"]:
            return Markup("<ul>\n{}</ul>\n").format(items)
        return Markup('<ol start="{}">\n{}</ol>\n').format(attrs.get("start", 1), items)

    def cell(self, token: Token) -> Markup:
        attrs = token["attrs"]
        place = attrs["align"] if attrs["align"] in _PLACES else ""
        look = Markup(' class="is-{}"').format(place) if place else Markup("")
        tag = "th" if attrs["head"] else "td"
        return Markup("<{0}{1}>{2}</{0}>").format(tag, look, self.all(token["children"]))

    def _file(self, url: str) -> Any:
        found = _ATTACHMENT.fullmatch(url)
        return self.links.file(found[1]) if found else None


_AROUND = {
    "paragraph": (Markup("<p>"), Markup("</p>\n")),
    "block_text": (Markup(""), Markup("")),
    "block_quote": (Markup("<blockquote>\n"), Markup("</blockquote>\n")),
    "list_item": (Markup("<li>"), Markup("</li>\n")),
    "emphasis": (Markup("<em>"), Markup("</em>")),
    "strong": (Markup("<strong>"), Markup("</strong>")),
    "strikethrough": (Markup("<del>"), Markup("</del>")),
    # A wide table scrolls by itself, with the keyboard too; so does code.
    "table": (
        Markup('<div class="table-scroll" tabindex="0"><table>\n'),
        Markup("</table></div>\n"),
    ),
    "table_head": (Markup("<thead><tr>"), Markup("</tr></thead>\n")),
    "table_body": (Markup("<tbody>"), Markup("</tbody>\n")),
    "table_row": (Markup("<tr>"), Markup("</tr>\n")),
}
_WRITERS: Mapping[str, Callable[[_Writer, Token], Markup]] = {
    "link": _Writer.link,
    "image": _Writer.image,
    "mention": _Writer.mention,
    "heading": _Writer.heading,
    "list": _Writer.list,
    "table_cell": _Writer.cell,
    "codespan": lambda _writer, token: Markup("<code>{}</code>").format(token["raw"]),
    "block_code": lambda _writer, token: Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(
        token["raw"]
    ),
    "linebreak": lambda _writer, _token: Markup("<br>\n"),
    "thematic_break": lambda _writer, _token: Markup("<hr>\n"),
    "blank_line": lambda _writer, _token: Markup(""),
}
