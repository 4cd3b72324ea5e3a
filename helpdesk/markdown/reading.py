"""Markdown read out: plain words, whom it mentions, and which files it shows."""

import re
from collections.abc import Iterator, Sequence

from .links import MENTION
from .parser import Token, parse

_MENTION = re.compile(MENTION)
_SHOWN = re.compile(r"attachment:([0-9a-f]{32})")
_BLOCKS = ("paragraph", "heading", "block_code", "block_quote", "list", "table", "thematic_break")


def read(text: str, *, addresses: bool = True) -> str:
    """*text* without its markup; with *addresses*, those of links stand after their words."""
    tokens = parse(text)
    if tokens is None:
        return as_names(text)
    return _Reader(addresses).blocks(tokens)


def as_names(text: str) -> str:
    """*text* with nothing of it read but its mentions, which become names."""
    return _MENTION.sub(r"@\g<mention_name>", text)


def mentioned(text: str) -> list[int]:
    """Ids of the users that *text* mentions."""
    tokens = parse(text)
    if tokens is None:
        ids = [int(found["mention_id"]) for found in _MENTION.finditer(text)]
    else:
        ids = [token["attrs"]["id"] for token in _walk(tokens) if token["type"] == "mention"]
    return list(dict.fromkeys(ids))


def shown(text: str) -> set[str]:
    """Keys of the attachments that *text* shows as pictures."""
    urls = [t["attrs"]["url"] for t in _walk(parse(text) or []) if t["type"] == "image"]
    return {found[1] for url in urls if (found := _SHOWN.fullmatch(url))}


def words_of(tokens: Sequence[Token]) -> str:
    """The words in *tokens*, of one paragraph, on one line."""
    return " ".join(_Reader(addresses=False).words(tokens).split())


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.get("children", ()))


class _Reader:
    def __init__(self, addresses: bool) -> None:
        self.addresses = addresses

    def blocks(self, tokens: Sequence[Token]) -> str:
        """Blocks with an empty line between them."""
        return "\n\n".join(filter(None, (self._block(token) for token in tokens)))

    def _block(self, token: Token) -> str:
        kind = token["type"]
        if kind == "block_code":
            return str(token["raw"]).strip("\n")
        if kind == "block_quote":
            return _before_lines(self.blocks(token["children"]), "> ", "> ")
        if kind == "list":
            return self._list(token)
        if kind == "table":
            return self._table(token)
        if kind in ("thematic_break", "blank_line"):
            return "---" if kind == "thematic_break" else ""
        return self.words(token["children"])

    def _list(self, token: Token) -> str:
        items, number = [], token["attrs"].get("start", 1)
        for item in token["children"]:
            sign = f"{number}. " if token["attrs"]["ordered"] else "- "
            tight = "\n".join(filter(None, (self._block(one) for one in item["children"])))
            items.append(_before_lines(tight, sign, " " * len(sign)))
            number += 1
        return "\n".join(items)

    def _table(self, token: Token) -> str:
        head, body = token["children"]
        rows = [head, *body["children"]]
        return "\n".join(
            " | ".join(self.words(cell["children"]) for cell in row["children"]) for row in rows
        )

    def words(self, tokens: Sequence[Token]) -> str:
        """The words of a paragraph."""
        return "".join(self._words(token) for token in tokens)

    def _words(self, token: Token) -> str:
        kind = token["type"]
        if kind in ("text", "codespan"):
            return str(token["raw"])
        if kind == "linebreak":
            return "\n"
        if kind == "mention":
            return f"@{token['attrs']['name']}"
        words = self.words(token["children"])
        if kind != "link" or not self.addresses:
            return words
        url = str(token["attrs"]["url"]).removeprefix("mailto:")
        is_shown = _SHOWN.fullmatch(url) or url == words or "_autolink" in token
        return words if is_shown else f"{words} ({url})"


def _before_lines(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join((first if n == 0 else others) + line for n, line in enumerate(lines)).rstrip()
