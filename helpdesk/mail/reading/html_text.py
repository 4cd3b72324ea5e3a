"""The words of an HTML mail as plain text."""

import re

from .markup import Close, Event, Markup, Open
from .message import Remarks

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])|"
    r"max-height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_APART = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "table"),
    "figure",
}
_BLOCKS = _APART | {
    *("address", "article", "aside", "caption", "center", "dd", "details", "div", "dt"),
    *("figcaption", "footer", "header", "li", "main", "section", "summary", "tbody", "tfoot"),
    *("thead", "tr"),
}
_LONGEST_LINK = 300  # characters; longer ones are for machines, and the HTML has them
_DEEPEST_QUOTE = 20


def text_of(html: str, remarks: Remarks) -> str:
    """*html* read out: paragraphs, lists, links with where they lead, quotes as "> "."""
    markup = Markup(html)
    walker = _Walker()
    for event in markup.events():
        walker.take(event)
    if markup.cut:
        remarks.add("HTML too long to read out in whole")
    return walker.text()


class _Walker:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._gap = False  # whether an empty line is due before the next words
        self._quotes = 0
        self._pre = 0
        self._lists: list[int | None] = []  # numbers of the next items; None has bullets
        self._open: list[tuple[bool, str, int]] = []  # hidden?, where a link leads, its start
        self._hidden = 0
        self._mark = ""
        self._prefix = ""  # of the line before

    def take(self, event: Event) -> None:
        if isinstance(event, str):
            self._words(event)
        elif isinstance(event, Open):
            self._opened(event)
        elif isinstance(event, Close):
            self._closed(event.name)

    def text(self) -> str:
        self._end_line()
        return _GAPS.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _words(self, text: str) -> None:
        if self._hidden:
            return
        if self._pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line(keep=True)
                self._line.append(line)
            return
        text = _BLANKS.sub(" ", text)
        if text.startswith(" ") and (not self._line or self._line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self._line.append(text)

    def _opened(self, tag: Open) -> None:
        name, attributes = tag.name, tag.attributes
        if name == "br":
            self._end_line(keep=True)
        elif name == "hr":
            self._block(apart=True)
            self._words("-" * 20)
            self._block(apart=True)
        elif name == "img":
            if alt := attributes.get("alt", "").strip():
                self._words(f"[{alt}]")
        else:
            hidden = "hidden" in attributes or bool(_HIDING.search(attributes.get("style", "")))
            self._hidden += hidden
            self._enter(name)
            link = attributes.get("href", "") if name == "a" else ""
            self._open.append((hidden, link, len(self._line)))

    def _enter(self, name: str) -> None:
        if name in _BLOCKS:
            self._block(apart=name in _APART and not (name in ("ul", "ol") and self._lists))
        if name in ("ul", "ol"):
            self._lists.append(1 if name == "ol" else None)
        elif name == "li" and not self._hidden:
            self._mark = self._item()
        elif name == "blockquote":
            self._quotes += 1
        elif name == "pre":
            self._pre += 1
        elif name in ("td", "th") and self._line and not self._line[-1].endswith("  "):
            self._line.append("  ")

    def _closed(self, name: str) -> None:
        hidden, link, start = self._open.pop()
        if link and not self._hidden:
            self._lead(link.strip(), start)
        if name in _BLOCKS:
            self._block(apart=name in _APART and not (name in ("ul", "ol") and self._lists[1:]))
        if name in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif name == "blockquote":
            self._quotes -= 1
        elif name == "pre":
            self._pre -= 1
        self._hidden -= hidden

    def _lead(self, link: str, start: int) -> None:
        """Says where a link leads, unless its words do."""
        said = "".join(self._line[start:]).strip()
        if not said or len(link) > _LONGEST_LINK:
            return
        bare = re.sub(r"^(?:https?://(?:www\.)?|mailto:|tel:)|/$", "", link)
        if link.startswith(("http://", "https://", "mailto:", "tel:")) and bare not in said:
            self._line.append(f" <{link}>")

    def _item(self) -> str:
        indent = "  " * min(len(self._lists) - 1, 10)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _block(self, *, apart: bool) -> None:
        self._end_line()
        self._gap = self._gap or apart

    def _end_line(self, *, keep: bool = False) -> None:
        """Ends the line that is being written; an empty one only with *keep*."""
        words = "".join(self._line).replace("\xa0", " ").rstrip()
        self._line = []
        if not words and not keep:
            return
        prefix = "> " * min(self._quotes, _DEEPEST_QUOTE)
        if self._gap and self._lines:
            self._lines.append(min(prefix, self._prefix).rstrip())
        self._gap, self._prefix = False, prefix
        mark, self._mark = self._mark, ""
        self._lines.append(f"{prefix}{mark}{words}".rstrip())
