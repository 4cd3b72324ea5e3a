"""What somebody wrote now, apart from what they quote and how they sign.

Nothing is deleted: every line of the text is in one of the three.
"""

from typing import NamedTuple

from . import attribution

_LONGEST_SIGNATURE = 15  # lines
_MOST_LINES = 20_000  # of a text in which a quote's beginning is looked for


class Split(NamedTuple):
    words: str
    quoted: str
    signature: str


def split(text: str) -> Split:
    """*text* as words, quote and signature; words are never empty where the text isn't."""
    lines = text.split("\n")
    attributions = attribution.attributions(lines[:_MOST_LINES])
    cut = _cut(lines[:_MOST_LINES], attributions)
    body, rest = lines[:cut], lines[len(lines) if cut is None else cut :]
    found = _of_body(body, rest, attributions)
    return found if found.words else Split(_joined(lines), "", "")


def _of_body(body: list[str], rest: list[str], attributions: dict[int, int]) -> Split:
    body, under = _signed(body)
    body, head, tail = _quotes(body, attributions)
    body, over = _signed(body)
    quoted = [part for part in (head, tail, rest) if _joined(part)]
    return Split(
        _joined(body),
        "\n\n".join(_joined(part) for part in quoted),
        "\n".join(part for part in (_joined(over), _joined(under)) if part),
    )


def _cut(lines: list[str], attributions: dict[int, int]) -> int | None:
    """Where a quote begins that goes on to the end, without signs before its lines."""
    for index, line in enumerate(lines):
        if attribution.is_marker(line) and not line.startswith(">"):
            return _over_marker(lines, index, attributions)
        if attribution.is_original(line) and not line.startswith(">"):
            return index
        if not line.startswith(">") and attribution.is_block(lines, index):
            return _over_rule(lines, index)
        after = attributions.get(index)
        if after and _says_when(lines[index:after]) and not _quote_follows(lines, after):
            return index
    return None


def _over_marker(lines: list[str], index: int, attributions: dict[int, int]) -> int:
    """The attribution of the quote that begins with our line stands right above it."""
    above = [start for start, end in attributions.items() if end <= index and index - end <= 2]
    return min([index, *(start for start in above if not any(lines[attributions[start] : index]))])


def _over_rule(lines: list[str], index: int) -> int:
    """The line of underscores over a block of headers goes with it."""
    above = index
    while above > 0 and index - above < 3:
        line = lines[above - 1].strip()
        if line and not (len(line) >= 5 and set(line) <= {"_", "-", "="}):
            break
        above -= 1
        if line:
            return above
    return index


def _says_when(lines: list[str]) -> bool:
    """Whether it has a date or an address; without, "Bob wrote:" may be words of the author."""
    return any(char.isdigit() or char == "@" for line in lines for char in line)


def _quote_follows(lines: list[str], index: int) -> bool:
    return next((line.startswith(">") for line in lines[index:] if line.strip()), False)


def _quotes(
    body: list[str], attributions: dict[int, int]
) -> tuple[list[str], list[str], list[str]]:
    """What is left of *body* without the quote at its start and the one at its end.

    With answers between quoted lines, these stay: they say what is answered.
    """
    begin, end = 0, len(body)
    while end and (not body[end - 1].strip() or body[end - 1].startswith(">")):
        end -= 1
    if any(line.startswith(">") for line in body[end:]):
        starts = [s for s, e in attributions.items() if e <= end and not _joined(body[e:end])]
        end = min([end, *starts])
    while begin < end and not body[begin].strip():
        begin += 1
    begin = attributions.get(begin, begin)
    while begin < end and (not body[begin].strip() or body[begin].startswith(">")):
        begin += 1
    inside = body[begin:end]
    if any(line.startswith(">") for line in inside):
        begin, inside = 0, body[:end]
    return inside, body[:begin], body[end:]


def _signed(body: list[str]) -> tuple[list[str], list[str]]:
    """*body* without its signature: what is under "-- ", or a telephone's line."""
    end = len(body)
    while end and not body[end - 1].strip():
        end -= 1
    for index in range(end - 1, max(end - _LONGEST_SIGNATURE - 2, -1), -1):
        line = body[index]
        if line.startswith(">"):
            break
        if line.rstrip() == "--" or line.rstrip() == "—" or line == "__":
            return body[:index], body[index:]
    if (
        end
        and len(body[end - 1]) <= 120
        and attribution.sent_from().fullmatch(body[end - 1].strip())
    ):
        return body[: end - 1], body[end - 1 :]
    return body, []


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
