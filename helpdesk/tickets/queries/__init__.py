"""Reads of tickets. Every one starts at :func:`visible_to`, the one door to others' words."""

from .attachments import attachment, attachments_from, known_stored_names, unclaimed_upload
from .categories import CategoryFacts, categories, category, category_choices, category_names
from .conversation import arrived_after, conversation
from .counting import by_assignee, by_status, from_table
from .drafts import draft_files, draft_of, drafted, held_on, is_said
from .events import logs, merging_deed
from .few import Few
from .filters import ANYBODY, Filters, Page, Sort, asked_for_by, narrowed, tagged, tags_named
from .following import followers
from .found import MOST_COUNTED, MOST_COUNTED_ALONE
from .linked import linked, linked_ids, linked_to
from .listing import Listing, is_listed, listing, numbered, rows_of
from .reading import few_unread, is_unread, news_since, unread, unread_among
from .tags import known_tags, rarest_tag, tag_names
from .totals import Total, count, likely, total
from .visibility import (
    EVERY_PLACE,
    AnyReader,
    get,
    no_such_ticket,
    readable_by,
    to_write_on,
    visible_among,
    visible_one,
    visible_to,
)

__all__ = [
    "ANYBODY",
    "EVERY_PLACE",
    "MOST_COUNTED",
    "MOST_COUNTED_ALONE",
    "AnyReader",
    "CategoryFacts",
    "Few",
    "Filters",
    "Listing",
    "Page",
    "Sort",
    "Total",
    "arrived_after",
    "asked_for_by",
    "attachment",
    "attachments_from",
    "by_assignee",
    "by_status",
    "categories",
    "category",
    "category_choices",
    "category_names",
    "conversation",
    "count",
    "draft_files",
    "draft_of",
    "drafted",
    "few_unread",
    "followers",
    "from_table",
    "get",
    "held_on",
    "is_listed",
    "is_said",
    "is_unread",
    "known_stored_names",
    "known_tags",
    "likely",
    "linked",
    "linked_ids",
    "linked_to",
    "listing",
    "logs",
    "merging_deed",
    "narrowed",
    "news_since",
    "no_such_ticket",
    "numbered",
    "rarest_tag",
    "readable_by",
    "rows_of",
    "tag_names",
    "tagged",
    "tags_named",
    "to_write_on",
    "total",
    "unclaimed_upload",
    "unread",
    "unread_among",
    "visible_among",
    "visible_one",
    "visible_to",
]
