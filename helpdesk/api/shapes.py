"""What answers are made of: one struct for each kind of thing (API.md, "Envelope" and after it).

The names of the fields are camel case in JSON. Times are aware datetimes in whole seconds, which
msgspec writes as ``YYYY-MM-DDTHH:MM:SSZ``.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

CustomFields = dict[str, str | bool | None]  # by key; a number is decimal text
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Answered(msgspec.Struct, kw_only=True, gc=False, rename="camel"):
    """The parent of what answers are made of."""


class CategoryRow(Answered):
    """A category as the page shows it: ids are strings, dates are days."""

    created_by: str
    created_date: str
    modified_by: str
    modified_date: str
    id: str
    category_name: str
    parent_category_id: str
    is_active: bool
    is_delete: bool


class Category(Answered):
    """A category as the settings show it."""

    created_by: str
    created_date: Time
    modified_by: str
    modified_date: Time
    id: int
    category_name: str
    parent_category_id: int | None
    is_active: bool
    is_delete: bool


class TicketRow(Answered):
    """A ticket in a list."""

    category_id: int | None
    sub_category_id: int | None
    ref_id: str
    subject: str
    description: str
    status: str
    user_id: int
    user_type: str
    created_date: Time
    id: int
    custom_fields: CustomFields


class StaffTicketRow(TicketRow):
    """A ticket in a list of the staff."""

    user_name: str
    category_name: str | None
    assignee_id: int | None
    assignee_name: str | None
    priority: str
    modified_date: Time
    waiting_since: Time | None
    is_unread: bool  # for the caller


class Person(Answered):
    """Who wrote a message; the help desk itself has no id."""

    id: int | None
    name: str


class Attachment(Answered):
    """A file; the same token may GET *filePath*. *size* is in bytes."""

    id: int
    ticket_message_id: int | None
    file_name: str
    file_path: str
    content_type: str
    size: int
    created_date: Time


class Message(Answered):
    """A public message of a ticket."""

    created_by: str
    created_date: Time
    modified_by: str
    modified_date: Time
    id: int
    ticket_id: int
    sender_id: int | None
    sender_type: str
    message: str
    format: str
    sent_at: Time
    is_active: bool
    is_delete: bool
    created_by_type: str
    modified_by_type: str
    ticket_attachments: list[Attachment]
    posted_by: Person


class StaffMessage(Message):
    """A message, or a note that only staff see (*internal*)."""

    internal: bool


class Replied(StaffMessage):
    """What a reply or a note of staff has made, and the ticket's status now."""

    message_id: int
    ref_id: str
    status: str
    attachments: list[Attachment]


class TicketFacts(Answered):
    """A ticket without its words."""

    created_by: str
    created_date: Time
    modified_by: str
    modified_date: Time
    id: int
    ref_id: str
    user_id: int
    user_type: str
    category_id: int | None
    category_name: str | None
    sub_category_id: int | None
    sub_category_name: str | None
    subject: str
    description: str
    is_active: bool
    is_delete: bool
    status: str
    custom_fields: CustomFields


class TicketDetail(TicketFacts):
    """A ticket with its messages, newest first."""

    ticket_message: list[Message]


class StaffTicketFacts(TicketFacts):
    """A ticket as staff know it; *version* grows with every change.

    *place* is inbox, spam, bin or merged.
    """

    user_name: str
    email_id: str
    assignee_id: int | None
    assignee_name: str | None
    priority: str
    tags: list[str]
    waiting_since: Time | None
    place: str
    merged_into_id: int | None
    version: int


class ChangedTicket(StaffTicketFacts):
    """A ticket as it is now; *batch* names what was done, for an undo (null: nothing)."""

    batch: str | None


class LinkedTickets(Answered):
    """What a ticket is linked to."""

    id: int
    ref_id: str
    linked_tickets: list[int]
    batch: str | None


class Marked(Answered):
    """A ticket, and whether it is unread for the caller now."""

    id: int
    ref_id: str
    is_unread: bool


class Purged(Answered):
    """A ticket that is no more."""

    id: int
    ref_id: str


class BulkDone(Answered):
    """What became of a change to many tickets; *failed* says why, by id."""

    changed: list[int]
    unchanged: list[int]
    failed: dict[str, str]
    batch: str | None


class Undone(Answered):
    """What was taken back, of how many tickets; *changedSince* stay as they are."""

    tickets: int
    changed_since: list[int]
    batch: str


class StaffTicketDetail(StaffTicketFacts):
    """A ticket with its messages and notes, newest first."""

    linked_tickets: list[int]
    is_unread: bool  # for the caller
    ticket_message: list[StaffMessage]


class Created(Answered):
    """What a POST of a ticket, or of a reply to one, has made."""

    ticket_id: int
    category_id: int | None
    sub_category_id: int | None
    subject: str
    description: str
    message: str
    format: str
    attachments: list[Attachment]
    id: int
    ref_id: str
    status: str
    user_id: int
    user_type: str
    created_date: Time
    message_id: int


class LoggedIn(Answered):
    """Who has logged in."""

    id: int
    name: str
    email_id: str
    user_type: str
    role: str


class Login(Answered):
    """A token for 30 days, which nobody can read again."""

    token: str
    user: LoggedIn


class LogEntry(Answered):
    """Something that happened to a ticket; the help desk itself has no id."""

    id: int
    action: str
    ticket_id: int | None
    ref_id: str | None
    actor_id: int | None
    actor_name: str
    before: Any
    after: Any
    created_date: Time
