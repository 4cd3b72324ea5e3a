"""Rows by the million: into tables without indexes and triggers, which are made anew at the end."""

import time
from pathlib import Path
from typing import Any

from helpdesk.database import sqlite_driver

COLUMNS = {
    "users": "id email name name_folded role password_hash language company_id created_at"
    " modified_at",
    "api_tokens": "id user_id name token_hash from_login created_at",
    "companies": "id name name_folded created_at",
    "company_domains": "domain company_id",
    "categories": "id parent_id name is_active created_by created_at modified_by modified_at",
    "tags": "id name",
    "custom_fields": "id about key label kind choices required_for is_shown_to_customers is_active"
    " position created_at modified_at",
    "saved_views": "id owner_id is_shared name filters sort position created_at modified_at",
    "tickets": "id subject description requester_id requester_kind assignee_id status priority"
    " category_id subcategory_id version message_count file_count last_words created_by_kind"
    " created_at modified_by_kind modified_at last_customer_at last_staff_at waiting_since"
    " first_answer_at resolved_at place placed_at",
    "messages": "id ticket_id author_id author_kind internal body format created_at"
    " modified_by_kind modified_at",
    "attachments": "id key message_id uploader_id file_name stored_name content_type size sha256"
    " created_at",
    "events": "id kind ticket_id user_id actor_id before after kept created_at batch",
    "ticket_tags": "ticket_id tag_id",
    "field_values": "field_id ticket_id text",
    "read_marks": "user_id ticket_id message_id marked_at",
    "notices": "id user_id kind ticket_id event_id batch tickets created_at seen_at",
}
QUICK = (  # a crash while filling costs the desk, which can be made again
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA locking_mode=EXCLUSIVE",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-400000",
    "PRAGMA threads=2",
)


class Tables:
    """The tables of the database *path* while they are filled: add to ``rows``, then ``flush``."""

    def __init__(self, path: Path) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self.written = 0
        self._connection = sqlite_driver().connect(str(path), isolation_level=None)
        for pragma in QUICK:
            self._connection.execute(pragma)
        self._connection.execute("BEGIN")
        self._dropped = self._drop()
        self._insert = {
            table: f"INSERT INTO {table} ({', '.join(columns.split())})"
            f" VALUES ({', '.join('?' * len(columns.split()))})"
            for table, columns in COLUMNS.items()
        }

    def flush(self) -> None:
        """Write all rows that were added since the last time."""
        for table, rows in self.rows.items():
            self._connection.executemany(self._insert[table], rows)
            self.written += len(rows)
            rows.clear()

    def close(self) -> float:
        """Make indexes and triggers anew, and keep everything; how many seconds that took."""
        begun = time.perf_counter()
        for statement in self._dropped:
            self._connection.execute(statement)
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()
        return time.perf_counter() - begun

    def _drop(self) -> list[str]:
        """What makes the indexes and triggers again that were dropped."""
        found = self._connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
            " AND sql IS NOT NULL ORDER BY type, name"
        ).fetchall()
        for kind, name, _sql in found:
            self._connection.execute(f'DROP {kind} "{name}"')
        return [sql for _kind, _name, sql in found]
