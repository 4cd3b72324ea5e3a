"""Markdown as tokens: the part of it that people use in mails, read in bounded time.

Left out of CommonMark on purpose: HTML, references (``[1]: …``), code by indentation, and headings
by underlining (a line over ``--`` is mostly a name over a signature). A single line end breaks the
line, as everybody who writes a mail expects.
"""

import re
from typing import Any

from mistune import BlockParser, InlineParser, InlineState, Markdown
from mistune.plugins.formatting import strikethrough
from mistune.plugins.table import table
from mistune.util import escape_url

from .links import LONGEST_ADDRESS, MENTION, URL, trimmed

Token = dict[str, Any]

# A text beyond these is no mail but a log or an attack: it is shown as it was typed. Together they
# keep the worst text of 100,000 characters well under a second (tests/markdown/test_bounds.py).
MOST_LINES = 5000
MOST_MARKS = 15_000  # characters that mean something
MOST_RUNS = 200  # of * and _ in one paragraph; its emphasis takes the square of them
DEEPEST = 10  # quotes in lists in quotes …
_MARKS = (*"*_[]<>|~`\\#+@!", "http", "TKT")
_RUN = re.compile(r"\*+|_+")
_ITEM = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)", re.MULTILINE)


class _Blocks(BlockParser):
    DEFAULT_RULES = (  # type: ignore[assignment]
        "fenced_code",
        "atx_heading",
        "thematic_break",
        "block_quote",
        "list",
        "blank_line",
    )

    def parse_raw_html(self, m: re.Match[str], state: Any) -> None:
        """HTML is words like others."""


class _Words(InlineParser):
    DEFAULT_RULES = (  # type: ignore[assignment]
        "escape",
        "codespan",
        "emphasis",
        "link",
        "link_close",
        "auto_link",
        "auto_email",
        "linebreak",
    )

    def finalize_tokens(self, tokens: list[Token], depth: int) -> list[Token]:
        """Leave the emphasis of a paragraph with too much of it alone."""
        runs = 0
        for token in tokens:
            if token["type"] == "text":
                runs += sum(1 for _ in _RUN.finditer(token["raw"]))
                if runs > MOST_RUNS:
                    return super().finalize_tokens(tokens, self.max_nested_level)
        return super().finalize_tokens(tokens, depth)


def _address(_inline: InlineParser, found: re.Match[str], state: InlineState) -> int:
    """An address that stands in the text by itself."""
    url = trimmed(found.group())
    if state.brackets:  # in the words of a link they end it
        url = url.partition("]")[0]
    if state.in_link or len(url) > LONGEST_ADDRESS:
        state.append_token({"type": "text", "raw": url})
    else:
        words = [{"type": "text", "raw": url}]
        link = {"type": "link", "children": words, "attrs": {"url": escape_url(url)}}
        state.append_token({**link, "_autolink": url})
    return found.start() + len(url)


def _mention(_inline: InlineParser, found: re.Match[str], state: InlineState) -> int:
    attrs = {"name": found["mention_name"], "id": int(found["mention_id"])}
    state.append_token({"type": "mention", "attrs": attrs})
    return found.end()


def _markdown() -> Markdown:
    blocks = _Blocks(max_nested_level=DEEPEST)
    words = _Words(hard_wrap=True, max_nested_level=DEEPEST)
    markdown = Markdown(renderer=None, block=blocks, inline=words, plugins=[strikethrough, table])
    words.register("url_link", URL, _address, before="link", start_chars="h")
    words.register("mention", MENTION, _mention, before="link", start_chars="@")
    return markdown


_MARKDOWN = _markdown()


def parse(text: str) -> list[Token] | None:
    """The tokens of *text*; None where it has too much markup to be read in good time."""
    if text.count("\n") > MOST_LINES or sum(text.count(mark) for mark in _MARKS) > MOST_MARKS:
        return None
    if sum(1 for _ in _ITEM.finditer(text)) > MOST_LINES // 2:
        return None
    tokens = _MARKDOWN(text)
    return tokens if isinstance(tokens, list) else None  # without a renderer it is a list
