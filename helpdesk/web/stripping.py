"""Our scripts and style sheets without what only their readers need: comments and indentation.

No minifier: lines stay lines and names stay names, so what a browser complains of can be found. It
relies on how we write (tests/web/test_assets.py): a comment has lines of its own or ends one, and
no text goes over several lines.
"""

import re

_AT_THE_END = re.compile(r"\s+// [^'\"`]*$")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_AROUND = re.compile(r"\s*([{};,])\s*")


def script(text: str) -> str:
    """A module or a script of ours."""
    kept, is_comment = [], False
    for line in map(str.strip, text.splitlines()):
        is_comment = is_comment or line.startswith("/*")
        if line and not is_comment and not line.startswith("//"):
            kept.append(_AT_THE_END.sub("", line))
        is_comment = is_comment and not line.endswith("*/")
    return "\n".join(kept) + "\n"


def style_sheet(text: str) -> str:
    """A style sheet of ours."""
    text = re.sub(r"\s+", " ", _CSS_COMMENT.sub("", text))
    return _CSS_AROUND.sub(r"\1", text).replace(": ", ":").replace(";}", "}").strip()
