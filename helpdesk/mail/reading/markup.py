"""HTML of strangers as a bounded number of tags in a bounded depth, whatever it was.

The sanitiser takes the square of the depth of what it gets (minutes for a megabyte of ``<div>``),
and so does the standard parser with what is never closed. So both the text and what is shown are
made from this: one pass, well nested, only tags that mean something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape

MOST_CHARACTERS = 1_000_000
MOST_TAGS = 30_000
DEEPEST = 100
MOST_SIGNS = 20_000  # of & < > that are text: each costs the sanitiser as much as a tag

VOID = frozenset({"br", "hr", "img"})
TAGS = VOID | {
    *("a", "abbr", "address", "article", "aside", "b", "blockquote", "caption", "center", "cite"),
    *("code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "font"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i", "ins", "kbd", "li", "main"),
    *("mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong"),
    *("sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u"),
    *("ul", "var"),
}
# What is between these is no text of the mail.
_UNSEEN = {
    *("script", "style", "title", "noscript", "template", "iframe", "object", "embed", "svg"),
    *("math", "textarea", "select", "audio", "video", "applet", "noembed", "noframes", "xmp"),
    "canvas",
}
_ATTRIBUTES = {
    *("href", "src", "alt", "title", "width", "height", "colspan", "rowspan", "align", "valign"),
    *("start", "type", "dir", "lang", "style", "hidden"),
}
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_ATTRIBUTE = re.compile(
    r"([^\s=>\"'/]{1,100}+)[^\s=>\"'/]*+(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>]++)))?"
)
_TAG_SIGN = re.compile(r"[\"'>]")
_SIGNS = re.compile(r"[&<>]")
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?|&#[xX][0-9a-fA-F]{7,}+;?")


@dataclass(slots=True)
class Open:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Close:
    name: str


Event = str | Open | Close


class Markup:
    """Reads HTML once; *cut* says whether there was more than is read."""

    def __init__(self, html: str) -> None:
        self.cut = len(html) > MOST_CHARACTERS
        self._html = html[:MOST_CHARACTERS]
        self._unclosed: set[str] = set()  # signs that don't come any more: not looked for twice

    def events(self) -> Iterator[Event]:
        """Text, and tags that are all closed in the order in which they were opened."""
        stack: list[str] = []
        for event in self._raw():
            if isinstance(event, str):
                yield event
            elif isinstance(event, Open):
                yield from self._opened(event, stack)
            elif event.name in stack:
                while stack:
                    name = stack.pop()
                    yield Close(name)
                    if name == event.name:
                        break
        yield from map(Close, reversed(stack))

    def _opened(self, event: Open, stack: list[str]) -> Iterator[Event]:
        if event.name == "a" and "a" in stack:  # a link in a link: browsers close the outer one
            return
        if event.name in VOID:
            yield event
        elif len(stack) < DEEPEST:
            stack.append(event.name)
            yield event

    def _raw(self) -> Iterator[Event]:
        html, at, tags = self._html, 0, 0
        while at < len(html):
            start = html.find("<", at)
            if start < 0:
                break
            if start > at:
                yield _text(html[at:start])
            at, event = self._tag(start)
            if event is None:
                continue
            tags += 1
            if tags <= MOST_TAGS or isinstance(event, str):
                yield event
            else:  # the words still count
                self.cut = True
                yield " "
        if at < len(html):
            yield _text(html[at:])

    def _tag(self, start: int) -> tuple[int, Event | None]:
        """What begins with the < at *start*, and where it ends."""
        html = self._html
        if html.startswith("<!--", start):
            end = self._find("-->", start + 4)
            return (end + 3 if end >= 0 else start + 4), None
        match = _NAME.match(html, start + 1)
        if match is None:
            if html[start + 1 : start + 2] in ("!", "?"):
                end = self._find(">", start)
                return (end + 1 if end >= 0 else len(html)), None
            return start + 1, "<"
        name = match[1].lower()
        end = self._tag_end(match.end())
        inside = html[match.end() : end]
        if html[start + 1] == "/":
            return end + 1, Close(name) if name in TAGS else None
        if name in _UNSEEN and not inside.endswith("/"):
            return self._skipped(name, end + 1), None
        return end + 1, Open(name, _attributes(inside)) if name in TAGS else None

    def _tag_end(self, at: int) -> int:
        """Where the > is that ends a tag: none between quotes, if they are closed."""
        html = self._html
        while match := _TAG_SIGN.search(html, at):
            at = match.end()
            if match[0] == ">":
                return match.start()
            if html[match.start() - 1] in "= \t\r\n":
                closed = self._find(match[0], at)
                if closed < 0:
                    return end if (end := self._find(">", at)) >= 0 else len(html)
                at = closed + 1
        return len(html)

    def _skipped(self, name: str, at: int) -> int:
        sign = f"</{name}"
        if sign in self._unclosed:
            return at
        found = re.compile(re.escape(sign), re.IGNORECASE).search(self._html, at)
        if found is None:
            self._unclosed.add(sign)
            return at if name in ("noscript", "object", "select") else len(self._html)
        return self._tag_end(found.end()) + 1

    def _find(self, sign: str, at: int) -> int:
        if sign in self._unclosed:
            return -1
        found = self._html.find(sign, at)
        if found < 0:
            self._unclosed.add(sign)
        return found


def _text(raw: str) -> str:
    return unescape(_LONG_NUMBER.sub("\ufffd", raw)) if "&" in raw else raw


def _attributes(inside: str) -> dict[str, str]:
    """The attributes that mean something, of a bounded number."""
    found: dict[str, str] = {}
    for count, match in enumerate(_ATTRIBUTE.finditer(inside)):
        if count >= 100:
            break
        name = match[1].lower()
        value = match[2] or match[3] or match[4] or ""
        if name in _ATTRIBUTES and len(value) <= 4000:
            found.setdefault(name, _text(value))
    return found


def rebuilt(events: Iterator[Event]) -> str:
    """The HTML that has these tags, and nothing that could be read as another."""
    out: list[str] = []
    signs = 0
    for event in events:
        if isinstance(event, str):
            signs += sum(map(event.count, "&<>"))
            out.append(
                escape(event if signs <= MOST_SIGNS else _SIGNS.sub(" ", event), quote=False)
            )
        elif isinstance(event, Close):
            out.append(f"</{event.name}>")
        else:
            given = "".join(f' {key}="{escape(value)}"' for key, value in event.attributes.items())
            out.append(f"<{event.name}{given}>")
    return "".join(out)
