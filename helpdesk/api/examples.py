"""What answers look like, in the words of the documented page; checked as the answers are."""

from datetime import UTC, datetime
from typing import Any

from . import shapes
from .sides import PREFIX

_CREATED = datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC)
CREATED_AT = _CREATED
_MODIFIED = datetime(2025, 4, 21, 8, 45, tzinfo=UTC)
_CUSTOM: shapes.CustomFields = {"order_number": "A-1042", "gift": False}

CATEGORY_ROW = shapes.CategoryRow(
    created_by="admin",
    created_date="2025-04-20",
    modified_by="admin",
    modified_date="2025-04-20",
    id="123",
    category_name="Technical Issue",
    parent_category_id="null",
    is_active=True,
    is_delete=False,
)
CATEGORY = shapes.Category(
    created_by="admin",
    created_date=_CREATED,
    modified_by="admin",
    modified_date=_CREATED,
    id=123,
    category_name="Technical Issue",
    parent_category_id=None,
    is_active=True,
    is_delete=False,
)
TICKET_ROW = shapes.TicketRow(
    category_id=1,
    sub_category_id=2,
    ref_id="TKT123",
    subject="Issue with Product",
    description="The product is defective.",
    status="open",
    user_id=123,
    user_type="customer",
    created_date=_CREATED,
    id=123,
    custom_fields=_CUSTOM,
)
STAFF_TICKET_ROW = shapes.StaffTicketRow(
    category_id=1,
    sub_category_id=2,
    ref_id="TKT123",
    subject="Issue with Product",
    description="The product is defective.",
    status="open",
    user_id=123,
    user_type="customer",
    created_date=_CREATED,
    id=123,
    custom_fields=_CUSTOM,
    user_name="Ana Ruiz",
    category_name="Technical Issue",
    assignee_id=7,
    assignee_name="Bo Lind",
    priority="normal",
    modified_date=_MODIFIED,
    waiting_since=_CREATED,
    is_unread=True,
)
ATTACHMENT = shapes.Attachment(
    id=1,
    ticket_message_id=1,
    file_name="image1.jpg",
    file_path=f"{PREFIX}/customer-support-ticket/attachment/0123456789abcdef0123456789abcdef",
    content_type="image/jpeg",
    size=48213,
    created_date=_CREATED,
)
UPLOAD = shapes.Attachment(
    id=1,
    ticket_message_id=None,
    file_name="image1.jpg",
    file_path=f"{PREFIX}/customer-support-ticket/attachment/0123456789abcdef0123456789abcdef",
    content_type="image/jpeg",
    size=48213,
    created_date=_CREATED,
)
MESSAGE = shapes.Message(
    created_by="customer",
    created_date=_CREATED,
    modified_by="admin",
    modified_date=_MODIFIED,
    id=1,
    ticket_id=123,
    sender_id=123,
    sender_type="customer",
    message="Can you please assist me with this issue?",
    format="text",
    sent_at=_CREATED,
    is_active=True,
    is_delete=False,
    created_by_type="customer",
    modified_by_type="admin",
    ticket_attachments=[ATTACHMENT],
    posted_by=shapes.Person(id=123, name="Ana Ruiz"),
)
_REPLY: dict[str, Any] = {
    "created_by": "admin",
    "created_date": _MODIFIED,
    "modified_by": "admin",
    "modified_date": _MODIFIED,
    "id": 2,
    "ticket_id": 123,
    "sender_id": 7,
    "sender_type": "admin",
    "message": "A new one leaves today.",
    "format": "text",
    "sent_at": _MODIFIED,
    "is_active": True,
    "is_delete": False,
    "created_by_type": "admin",
    "modified_by_type": "admin",
    "ticket_attachments": [],
    "posted_by": shapes.Person(id=7, name="Bo Lind"),
    "internal": False,
}
STAFF_MESSAGE = shapes.StaffMessage(**_REPLY)
NOTE = shapes.Replied(**_REPLY, message_id=2, ref_id="TKT123", status="pending", attachments=[])
_FACTS = {
    "created_by": "customer",
    "created_date": _CREATED,
    "modified_by": "admin",
    "modified_date": _MODIFIED,
    "id": 123,
    "ref_id": "TKT123",
    "user_id": 123,
    "user_type": "customer",
    "category_id": 1,
    "category_name": "Technical Issue",
    "sub_category_id": 2,
    "sub_category_name": "Defects",
    "subject": "Issue with Product",
    "description": "The product is defective.",
    "is_active": True,
    "is_delete": False,
    "status": "resolved",
    "custom_fields": _CUSTOM,
}
_STAFF_FACTS = _FACTS | {
    "user_name": "Ana Ruiz",
    "email_id": "ana@shop.example",
    "assignee_id": 7,
    "assignee_name": "Bo Lind",
    "priority": "normal",
    "tags": ["lamps"],
    "waiting_since": None,
    "place": "inbox",
    "merged_into_id": None,
    "version": 3,
}
TICKET = shapes.TicketFacts(**_FACTS)  # type: ignore[arg-type]
TICKET_DETAIL = shapes.TicketDetail(**_FACTS, ticket_message=[MESSAGE])  # type: ignore[arg-type]
_BATCH = "0123456789abcdef0123456789abcdef"
STAFF_TICKET = shapes.StaffTicketFacts(**_STAFF_FACTS)  # type: ignore[arg-type]
CHANGED_TICKET = shapes.ChangedTicket(**_STAFF_FACTS, batch=_BATCH)  # type: ignore[arg-type]
LINKED_TICKETS = shapes.LinkedTickets(id=123, ref_id="TKT123", linked_tickets=[12], batch=_BATCH)
MARKED_READ = shapes.Marked(id=123, ref_id="TKT123", is_unread=False)
MARKED_UNREAD = shapes.Marked(id=123, ref_id="TKT123", is_unread=True)
PURGED = shapes.Purged(id=123, ref_id="TKT123")
BULK_DONE = shapes.BulkDone(
    changed=[1],
    unchanged=[],
    failed={"2": "This ticket is deleted. Put it back first."},
    batch=_BATCH,
)
UNDONE = shapes.Undone(tickets=1, changed_since=[], batch=_BATCH)
STAFF_TICKET_DETAIL = shapes.StaffTicketDetail(
    **_STAFF_FACTS,  # type: ignore[arg-type]
    linked_tickets=[12],
    is_unread=False,
    ticket_message=[NOTE],
)
CREATED = shapes.Created(
    ticket_id=123,
    category_id=1,
    sub_category_id=2,
    subject="Issue with Product",
    description="The product is defective.",
    message="Please check the issue with the product.",
    format="text",
    attachments=[ATTACHMENT],
    id=123,
    ref_id="TKT123",
    status="open",
    user_id=123,
    user_type="customer",
    created_date=_CREATED,
    message_id=1,
)
LOGIN = shapes.Login(
    token="hd_…",  # noqa: S106
    user=shapes.LoggedIn(
        id=123, name="Ana Ruiz", email_id="ana@shop.example", user_type="customer", role="customer"
    ),
)
LOG_ENTRY = shapes.LogEntry(
    id=1,
    action="ticket.status",
    ticket_id=123,
    ref_id="TKT123",
    actor_id=7,
    actor_name="Bo Lind",
    before="open",
    after="pending",
    created_date=_MODIFIED,
)
