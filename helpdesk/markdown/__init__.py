"""Words as people read them: Markdown and plain text to safe HTML, and Markdown to plain text.

Staff write Markdown, customers plain text. Whatever the words are, what comes out is bounded in
time and has only the tags, attributes and kinds of addresses that are listed in ``html.py``. Pure:
what an attachment or a ticket is called and where it is, the caller says in :class:`Links`.

The parser is imported when the first Markdown is read: it takes longer than most requests.
"""

from markupsafe import Markup

from .links import File, Links, linked, may_lead_anywhere, refs

__all__ = [
    "File",
    "Links",
    "embedded",
    "excerpt",
    "may_lead_anywhere",
    "mention",
    "mentions",
    "plain",
    "refs",
    "to_html",
    "to_text",
]


def to_html(text: str, links: Links | None = None) -> Markup:
    """*text*, Markdown, as HTML that is safe on every page.

    Its headings begin at ``<h3>``. A text with more markup than :mod:`parser` reads in good time is
    shown as it was typed.
    """
    from . import html

    return html.written(text, links or Links())


def plain(text: str, links: Links | None = None) -> Markup:
    """*text*, plain, as HTML for a ``white-space: pre-wrap`` element, addresses being links."""
    return linked(text, links or Links())


def to_text(text: str) -> str:
    """*text*, Markdown, as somebody would read it out: no markup, addresses after their words."""
    from . import reading

    return reading.read(text)


def excerpt(text: str, longest: int) -> str:
    """The beginning of *text*, Markdown, as one line of at most *longest* characters."""
    from . import reading

    # Markup is several times as long as its words at most; the rest needs no look.
    return " ".join(reading.read(text[: longest * 20], addresses=False).split())[:longest]


def mentions(text: str) -> list[int]:
    """Ids of the users whom *text*, Markdown, mentions, in order and each once.

    Whether there is such a user, and one who may know of it, is for the caller to look up.
    """
    if "](user:" not in text:
        return []
    from . import reading

    return reading.mentioned(text)


def embedded(text: str) -> set[str]:
    """Keys of the attachments that *text*, Markdown, shows among its words."""
    if "](attachment:" not in text:
        return set()
    from . import reading

    return reading.shown(text)


def mention(name: str, user_id: int) -> str:
    """How a user is mentioned: ``@[Eva Moreau](user:7)``."""
    words = " ".join("".join(" " if char in "[]\\`" else char for char in name).split())
    return f"@[{words or user_id}](user:{user_id})"
