"""format=flowed (RFC 3676): lines that a program broke become paragraphs again."""

_SIGNATURE = "-- "


def unwrapped(text: str, *, delete_space: bool) -> str:
    """*text* with its flowed lines joined; quotes keep their depth as "> "."""
    out: list[tuple[int, list[str]]] = []
    open_depth: int | None = None  # of the paragraph whose last line ended in a space
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        content = rest.removeprefix(" ")
        signature = content == _SIGNATURE
        if open_depth == depth and not signature:
            out[-1][1].append(content)
        else:
            out.append((depth, [content]))
        flows = content.endswith(" ") and not signature
        if flows and delete_space:
            out[-1][1][-1] = content[:-1]
        open_depth = depth if flows else None
    return "\n".join(_line(depth, "".join(pieces)) for depth, pieces in out)


def _line(depth: int, content: str) -> str:
    content = content if content == _SIGNATURE else content.rstrip(" ")
    return f"{'>' * depth} {content}" if depth else content
