"""A mail's HTML as it may be shown on a page of the desk."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from .markup import TAGS, Event, Markup, Open, rebuilt

_REL = "noopener noreferrer nofollow"
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_SIZED = {"width", "height", "align", "valign"}
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


def show_html(html: str, inline: Mapping[str, str], remote: bool) -> tuple[str, bool]:
    """*html* made safe, and whether it has pictures that another server would have to send.

    *inline* says where the pictures are that came with the mail, by Content-ID. Those of others are
    left out unless *remote* is set, and then fetched over https only.
    """
    markup = Markup(html)
    pictures = _Pictures(inline, remote)
    safe = nh3.clean(
        rebuilt(pictures.placed(event) for event in markup.events()),
        tags=set(TAGS),
        attributes=_ALLOWED,
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_filtered,
        link_rel=_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    return safe, pictures.has_remote


_ALLOWED = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"} | _SIZED,
    "th": {"colspan", "rowspan"} | _SIZED,
    "table": {"width", "align"},
    "p": {"align"},
    "div": {"align"},
}


def _filtered(tag: str, name: str, value: str) -> str | None:
    """Nothing leads into the desk itself: what is relative in a mail means another place."""
    if name == "href":
        return value if _LINK.match(value) else None
    return value


def content_id_of(address: str) -> str:
    """The Content-ID behind ``cid:`` (RFC 2392), as ids are compared here: in lower case."""
    return unquote(address).strip("<> ").lower()


class _Pictures:
    """Replaces where pictures come from, before anything else looks at them."""

    def __init__(self, inline: Mapping[str, str], remote: bool) -> None:
        self._inline = {content_id.lower(): url for content_id, url in inline.items()}
        self._remote = remote
        self.has_remote = False

    def placed(self, event: Event) -> Event:
        if isinstance(event, Open) and event.name == "img":
            self._place(event.attributes)
        return event

    def _place(self, attributes: dict[str, str]) -> None:
        source = _BLANKS.sub("", attributes.pop("src", ""))
        if source[:4].lower() == "cid:":
            if url := self._inline.get(content_id_of(source[4:])):
                attributes["src"] = url
        elif _REMOTE.match(source):
            self.has_remote = True
            if self._remote:
                attributes["src"] = _REMOTE.sub("https://", source, count=1)
