"""The index of words as SQLite has it: all that is particular to its full text search.

The table keeps no text, only which words are in which document: their text is in the tickets.
Words are split and folded by us (``tokens.py``), so its own tokenizer only splits at spaces.
"""

INDEX = "search_index"
PUBLIC = ("subject", "said", "files", "edges")  # what a ticket's requester may find it by
STAFFS = ("notes", "note_files", "people", "tags", "note_edges")
COLUMNS = (*PUBLIC, *STAFFS, "facts")
OLDEST_SQLITE = (3, 43)  # knows how to delete from a table that keeps no text


def create_index(name: str = INDEX) -> str:
    """The statement that makes the table *name*."""
    return (
        f"CREATE VIRTUAL TABLE {name} USING fts5({', '.join(COLUMNS)}, content='', "
        "contentless_delete=1, tokenize=\"ascii tokenchars '_'\")"
    )


def triggers() -> list[str]:
    """The statements that make what notes in search_stale which words have changed.

    They see every change, whoever makes it, in its transaction.
    """
    ticket = ("subject", "description", "requester_id", "category_id", "subcategory_id")
    return [
        _trigger("tickets", "INSERT", "VALUES (new.id, 0)"),
        _trigger("tickets", "UPDATE", "VALUES (new.id, 0)", *ticket, "created_at", "place"),
        _trigger("tickets", "DELETE", "VALUES (old.id, 0)"),
        _trigger("messages", "INSERT", "VALUES (new.ticket_id, new.id)"),
        _trigger(
            "messages",
            "UPDATE",
            "VALUES (old.ticket_id, new.id), (new.ticket_id, new.id)",
            *("body", "internal", "ticket_id"),
        ),
        _trigger("messages", "DELETE", "VALUES (old.ticket_id, old.id)"),
        _trigger("attachments", "INSERT", _OF_MESSAGE.format("new.message_id")),
        _trigger(
            "attachments",
            "UPDATE",
            _OF_MESSAGE.format("old.message_id, new.message_id"),
            *("message_id", "file_name"),
        ),
        _trigger("attachments", "DELETE", _OF_MESSAGE.format("old.message_id")),
        _trigger("ticket_tags", "INSERT", "VALUES (new.ticket_id, 0)"),
        _trigger("ticket_tags", "DELETE", "VALUES (old.ticket_id, 0)"),
        _trigger(
            "tags",
            "UPDATE",
            "SELECT ticket_id, 0 FROM ticket_tags WHERE tag_id = new.id",
            "name",
        ),
        _trigger(
            "users",
            "UPDATE",
            "SELECT id, 0 FROM tickets WHERE requester_id = new.id",
            *("name", "email"),
        ),
    ]


_OF_MESSAGE = "SELECT ticket_id, id FROM messages WHERE id IN ({})"


def _trigger(table: str, change: str, stale: str, *columns: str) -> str:
    of = f" OF {', '.join(columns)}" if columns else ""
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    when = f" WHEN {changed}" if columns else ""
    return (
        f"CREATE TRIGGER search_{table}_{change.lower()} AFTER {change}{of} ON {table}{when} "
        f"BEGIN INSERT INTO search_stale (ticket_id, message_id) {stale} "
        "ON CONFLICT DO NOTHING; END"
    )
