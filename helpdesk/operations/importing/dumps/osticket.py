"""osTicket, 1.10 and newer: a dump of its database, and of its files where they are beside it."""

import sqlite3
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ....tickets.models import Priority, Status
from .. import Report, fitting
from ..beside import reader
from ..records import Attached, Request, Words
from .cells import moment, number, text
from .osticket_people import People
from .staging import Schema, Staged, json_of

TELLTALE = "thread_entry"
SCHEMA: Schema = {
    "ticket": (
        *("ticket_id", "number", "user_id", "status_id", "dept_id", "topic_id", "staff_id"),
        *("isanswered", "duedate", "closed", "created"),
    ),
    "ticket__cdata": ("ticket_id", "subject", "priority"),
    "ticket_status": ("id", "name", "state"),
    "ticket_priority": ("priority_id", "priority"),
    "thread": ("id", "object_id", "object_type"),
    "thread_entry": (
        *("id", "thread_id", "staff_id", "user_id", "type", "flags", "poster", "title", "body"),
        *("format", "created"),
    ),
    "thread_collaborator": ("id", "flags", "thread_id", "user_id"),
    "user": ("id", "org_id", "default_email_id", "name", "created"),
    "user_email": ("id", "user_id", "address"),
    "organization": ("id", "name", "domain"),
    "staff": ("staff_id", "firstname", "lastname", "username", "email", "isactive", "created"),
    "help_topic": ("topic_id", "topic_pid", "topic"),
    "department": ("id", "name"),
    "form_entry": ("id", "object_id", "object_type"),
    "form_entry_values": ("entry_id", "field_id", "value", "value_id"),
    "form_field": ("id", "type", "label", "name"),
    "attachment": ("id", "object_id", "type", "file_id", "name", "inline"),
    "file": ("id", "bk", "key", "name"),
    "file_chunk": ("file_id", "chunk_id", "filedata"),
}
INDEXES = (
    *("ticket (ticket_id)", "thread (object_id)", "thread_entry (thread_id)", "user (id)"),
    *(
        "user_email (id)",
        "user_email (user_id)",
        "form_entry (object_id)",
        "attachment (object_id)",
    ),
    *("form_entry_values (entry_id)", "file (id)", "file_chunk (file_id, chunk_id)"),
    *("thread_collaborator (thread_id)", "ticket__cdata (ticket_id)", "staff (staff_id)"),
)
_HIDDEN, _FOLLOWS = 4, 1  # flags
_PRIORITIES = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "emergency": Priority.URGENT,
}


class Requests:
    """The requests of a staged dump. *files* is where the plugin for files kept them."""

    def __init__(self, base: Staged, report: Report, zone: tzinfo, files: Path | None) -> None:
        self._base, self._report, self._zone, self._files = base, report, zone, files
        self._people = People(base, zone)

    def __len__(self) -> int:
        found = self._base.first("SELECT count(*) AS tickets FROM ticket")
        return found["tickets"] if found else 0

    def __iter__(self) -> Iterator[Request]:
        for row in self._base.rows("SELECT * FROM ticket ORDER BY ticket_id"):
            where = f"Ticket #{text(row['number']) or row['ticket_id']}"
            state = self._state(row)
            if state == "deleted":
                self._report.leave_out(where, "It was deleted there.")
                continue
            yield self._request(row, where, state)

    def _request(self, row: sqlite3.Row, where: str, state: str) -> Request:
        threads = self._base.all(
            "SELECT id FROM thread WHERE object_id = ? AND object_type = 'T'", row["ticket_id"]
        )
        entries = [
            entry
            for thread in threads
            for entry in self._base.all(
                "SELECT * FROM thread_entry WHERE thread_id = ? ORDER BY created, id", thread["id"]
            )
            if not number(entry["flags"]) & _HIDDEN  # what was edited since
        ]
        told = self._told(row["ticket_id"])
        subject = told.pop("subject", "") or next(
            (title for entry in entries if (title := text(entry["title"]))), ""
        )
        return Request(
            key=str(row["ticket_id"]),
            ref=f"#{text(row['number']) or row['ticket_id']}",
            where=where,
            subject=subject,
            requester=self._people.user(row["user_id"]),
            words=[self._words(entry, subject) for entry in entries],
            status=self._status(row, state),
            solved_at=moment(row["closed"], self._zone),
            priority=_PRIORITIES.get(told.pop("priority", "").lower(), Priority.NORMAL),
            assignee=self._people.staff(row["staff_id"]),
            category=self._topic(row["topic_id"]),
            followers=[
                self._people.user(one["user_id"])
                for thread in threads
                for one in self._base.all(
                    "SELECT user_id, flags FROM thread_collaborator WHERE thread_id = ?",
                    thread["id"],
                )
                if number(one["flags"]) & _FOLLOWS
            ],
            fields=told,
            facts={"Department": self._department(row["dept_id"]), "Due": text(row["duedate"])},
        )

    def _words(self, entry: sqlite3.Row, subject: str) -> Words:
        body, kind = text(entry["body"]), text(entry["type"])
        if text(entry["format"]) != "text":
            body = fitting.text_of(body)
        title = text(entry["title"])
        if kind == "N" and title and title != subject:
            body = f"{title}\n\n{body}"
        author = self._people.staff(entry["staff_id"])
        if author is None and number(entry["user_id"]):
            author = self._people.user(entry["user_id"])
        return Words(
            key=f"{entry['id']}",
            body=body,
            at=moment(entry["created"], self._zone) or fitting.EARLIEST,
            author=author,
            is_staff=kind != "M",
            internal=kind == "N",
            files=self._files_of(entry["id"]),
        )

    def _files_of(self, entry_id: int) -> list[Attached]:
        rows = self._base.all(
            "SELECT file.id, file.bk, file.key, file.name, attachment.name AS called"
            " FROM attachment JOIN file ON file.id = attachment.file_id"
            " WHERE attachment.object_id = ? AND attachment.type = 'H' ORDER BY attachment.id",
            entry_id,
        )
        return [self._file(row) for row in rows]

    def _file(self, row: sqlite3.Row) -> Attached:
        name, key = text(row["called"]) or text(row["name"]), text(row["key"])
        if text(row["bk"]) in ("D", ""):
            return Attached(name, lambda: self._chunks(row["id"]))
        return Attached(name, reader(self._files, f"{key[:1]}/{key}"))

    def _chunks(self, file_id: int) -> Iterator[bytes]:
        query = "SELECT filedata FROM file_chunk WHERE file_id = ? ORDER BY chunk_id"
        for row in self._base.rows(query, file_id):
            data = row["filedata"]
            yield data if isinstance(data, bytes) else text(data).encode("utf-8", "replace")

    def _told(self, ticket_id: int) -> dict[str, str]:
        """What the forms of a ticket say, by label; its subject and priority by these names."""
        found: dict[str, str] = {}
        cached = self._base.first("SELECT * FROM ticket__cdata WHERE ticket_id = ?", ticket_id)
        if cached is not None:
            found["subject"] = text(cached["subject"])
            found["priority"] = self._priority(cached["priority"])
        rows = self._base.all(
            "SELECT form_field.name, form_field.label, form_field.type, value, value_id"
            " FROM form_entry JOIN form_entry_values ON entry_id = form_entry.id"
            " JOIN form_field ON form_field.id = field_id"
            " WHERE object_id = ? AND object_type = 'T'",
            ticket_id,
        )
        for row in rows:
            name, value = text(row["name"]), _chosen(row["value"])
            if text(row["type"]) == "priority":
                found["priority"] = self._priority(row["value_id"]) or value
            elif name == "subject":
                found["subject"] = value or found.get("subject", "")
            elif value and text(row["type"]) not in ("thread", "files", "break", "info"):
                found[text(row["label"]) or name] = value
        return found

    def _priority(self, priority_id: Any) -> str:
        row = self._base.first(
            "SELECT priority FROM ticket_priority WHERE priority_id = ?", number(priority_id)
        )
        return text(row["priority"]) if row else ""

    def _state(self, row: sqlite3.Row) -> str:
        query = "SELECT state FROM ticket_status WHERE id = ?"
        found = self._base.first(query, row["status_id"])
        return text(found["state"]) if found else "open"

    def _status(self, row: sqlite3.Row, state: str) -> Status:
        if state == "open":
            return Status.PENDING if number(row["isanswered"]) else Status.OPEN
        query = "SELECT name FROM ticket_status WHERE id = ?"
        found = self._base.first(query, row["status_id"])
        is_resolved = found is not None and text(found["name"]).lower() == "resolved"
        return Status.RESOLVED if is_resolved else Status.CLOSED

    def _topic(self, topic_id: Any) -> list[str]:
        names: list[str] = []
        while number(topic_id) and len(names) < 5:
            query = "SELECT topic, topic_pid FROM help_topic WHERE topic_id = ?"
            row = self._base.first(query, number(topic_id))
            if row is None:
                break
            names.insert(0, text(row["topic"]))
            topic_id = row["topic_pid"]
        return names[:1] + names[-1:] if len(names) > 1 else names

    def _department(self, dept_id: Any) -> str:
        row = self._base.first("SELECT name FROM department WHERE id = ?", number(dept_id))
        return text(row["name"]) if row else ""


def _chosen(value: Any) -> str:
    """What was filled in; of choices, which are ``{"key": "Label"}``, the labels."""
    said = text(value)
    if said.startswith("{"):
        found = json_of(said, {})
        return ", ".join(str(one) for one in found.values()) if found else said
    return said
