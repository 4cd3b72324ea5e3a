"""What words may lead to, and the links of plain text: addresses and tickets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup, escape

LONGEST_ADDRESS = 2000  # characters; what is longer is shown, but no link
MOST_LINKS = 2000  # of a text; the rest of it is words
REL = "noopener nofollow ugc"

# Each can fail only after a bounded number of characters, so that a text of any kind costs no more
# than its length.
URL = r"(?<![A-Za-z0-9])https?://(?=[^\W_]|\[)[^\s<>\"]{1,2001}"
MENTION = r"@\[(?P<mention_name>[^\[\]\n]{1,100})\]\(user:(?P<mention_id>[1-9][0-9]{0,14})\)"
_MAIL = (
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@"
    r"(?:[^\W_](?:[^\W_]|-){0,62}\.){1,8}[^\W\d_]{2,24}(?![^\W_])"
)
_REF = r"(?<![\w/.\-])[Tt][Kk][Tt](?P<ref_id>[1-9][0-9]{0,14})(?![\w\-])"
_LINK = re.compile(f"(?P<url>{URL})|(?P<mail>{_MAIL})|(?P<ref>{_REF})")


@dataclass(frozen=True)
class File:
    """An attachment that words may show."""

    url: str
    name: str
    is_picture: bool  # one that browsers show safely


@dataclass(frozen=True)
class Links:
    """What the words on a page may lead to; by default to nothing of the desk's.

    *file* gives the attachment of a key, if it belongs to these words; *ticket* the address of a
    ticket's page, if there is such a ticket; *me* is the id of the reader, whose mentions stand
    out. Where *ticket* is given (staff's pages), mentions are badges.
    """

    file: Callable[[str], File | None] = lambda _key: None
    ticket: Callable[[int], str | None] | None = None
    me: int | None = None


def refs(text: str) -> set[int]:
    """Ids of the tickets whose numbers *text* seems to name."""
    if "TKT" not in text and "tkt" not in text and "Tkt" not in text:
        return set()
    return {int(found["ref_id"]) for found in islice(re.finditer(_REF, text), MOST_LINKS)}


def may_lead_anywhere(text: str) -> bool:
    """Whether something in *text* may be a link: most words have none, and this is quick."""
    return "http" in text or "@" in text or "TKT" in text or "tkt" in text or "Tkt" in text


def linked(text: str, links: Links) -> Markup:
    """*text* escaped, with its addresses and the numbers of tickets as links."""
    if not may_lead_anywhere(text):
        return escape(text)
    return Markup("").join(_parts(text, links))


def _parts(text: str, links: Links) -> Iterator[Markup]:
    done = 0
    for found in islice(_LINK.finditer(text), MOST_LINKS):
        written, end = _link(found, links)
        if written is not None:
            yield escape(text[done : found.start()])
            yield written
            done = end
    yield escape(text[done:])


def _link(found: re.Match[str], links: Links) -> tuple[Markup | None, int]:
    """The link that *found* is and where it ends; None: it is words like others."""
    words = found.group()
    if found["url"] is not None:
        words = trimmed(words)
        return anchor(words, escape(words)), found.start() + len(words)
    if found["mail"] is not None:
        return anchor(f"mailto:{words}", escape(words)), found.end()
    url = None if links.ticket is None else links.ticket(int(found["ref_id"]))
    return None if url is None else anchor(url, escape(words)), found.end()


def anchor(url: str, words: Markup) -> Markup:
    """*words* as a link to *url*; without one where the address is no good."""
    if len(url) > LONGEST_ADDRESS:
        return words
    return Markup('<a href="{}" rel="{}">{}</a>').format(url, REL, words)


def badge(name: str, user_id: int, links: Links) -> Markup:
    """A mention: a badge for staff, a name for everybody else."""
    if links.ticket is None:
        return escape(f"@{name}")
    look = "mention is-me" if user_id == links.me else "mention"
    return Markup('<span class="{}">@{}</span>').format(look, name)


def trimmed(url: str) -> str:
    """*url* without the punctuation after it; a closing bracket stays if it was opened in it."""
    unopened = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,:;!?'*_~`|":
            break
        end -= 1
    return url[:end]
