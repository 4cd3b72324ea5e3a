"""What the index of words has, whichever engine keeps it, and what it must hear of."""

INDEX = "search_index"
PUBLIC = ("subject", "said", "files", "edges")  # what a ticket's requester may find it by
STAFFS = ("notes", "note_files", "people", "tags", "note_edges")
COLUMNS = (*PUBLIC, *STAFFS, "facts")
OLDEST_SQLITE = (3, 43)  # knows how to delete from a table that keeps no text

_OF_MESSAGE = "SELECT ticket_id, id FROM messages WHERE id IN ({})"
_TICKET = ("subject", "description", "requester_id", "category_id", "subcategory_id")
# Triggers note in search_stale which words have changed: they see every change, whoever makes it,
# in its transaction. A table, a change of it, of which columns, and what is noted.
WATCHED: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("tickets", "INSERT", (), "VALUES (new.id, 0)"),
    ("tickets", "UPDATE", (*_TICKET, "created_at", "place"), "VALUES (new.id, 0)"),
    ("tickets", "DELETE", (), "VALUES (old.id, 0)"),
    ("messages", "INSERT", (), "VALUES (new.ticket_id, new.id)"),
    (
        "messages",
        "UPDATE",
        ("body", "internal", "ticket_id"),
        "VALUES (old.ticket_id, new.id), (new.ticket_id, new.id)",
    ),
    ("messages", "DELETE", (), "VALUES (old.ticket_id, old.id)"),
    ("attachments", "INSERT", (), _OF_MESSAGE.format("new.message_id")),
    (
        "attachments",
        "UPDATE",
        ("message_id", "file_name"),
        _OF_MESSAGE.format("old.message_id, new.message_id"),
    ),
    ("attachments", "DELETE", (), _OF_MESSAGE.format("old.message_id")),
    ("ticket_tags", "INSERT", (), "VALUES (new.ticket_id, 0)"),
    ("ticket_tags", "DELETE", (), "VALUES (old.ticket_id, 0)"),
    ("tags", "UPDATE", ("name",), "SELECT ticket_id, 0 FROM ticket_tags WHERE tag_id = new.id"),
    ("users", "UPDATE", ("name", "email"), "SELECT id, 0 FROM tickets WHERE requester_id = new.id"),
)
