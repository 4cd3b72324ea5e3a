"""FreeScout: a dump of its database, and its folder of attachments beside it."""

import sqlite3
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ....tickets.models import Status
from .. import Report, fitting
from ..beside import reader
from ..people import good_address
from ..records import Attached, Person, Request, Words
from .cells import moment, number, text
from .staging import Schema, Staged, json_of

TELLTALE = "conversations"
SCHEMA: Schema = {
    "conversations": (
        *("id", "number", "type", "status", "state", "subject", "customer_email", "cc"),
        *("mailbox_id", "user_id", "customer_id", "closed_at", "created_at"),
    ),
    "threads": (
        *("id", "conversation_id", "type", "state", "body", "from", "customer_id"),
        *("created_by_user_id", "created_by_customer_id", "created_at"),
    ),
    "customers": ("id", "first_name", "last_name", "company", "created_at"),
    "emails": ("id", "customer_id", "email"),
    "users": ("id", "first_name", "last_name", "email", "type", "status", "created_at"),
    "mailboxes": ("id", "name", "email"),
    "attachments": ("id", "thread_id", "file_dir", "file_name", "embedded"),
    "tags": ("id", "name"),
    "conversation_tag": ("conversation_id", "tag_id"),
    "custom_fields": ("id", "name", "type", "options"),
    "conversation_custom_field": ("conversation_id", "custom_field_id", "value"),
}
INDEXES = (
    *("conversations (id)", "threads (conversation_id)", "customers (id)", "users (id)"),
    *("emails (customer_id)", "attachments (thread_id)", "conversation_tag (conversation_id)"),
    *("conversation_custom_field (conversation_id)", "tags (id)", "emails (email)"),
)
_DRAFT, _PUBLISHED, _DELETED = 1, 2, 3  # states
_CUSTOMER, _MESSAGE, _NOTE, _CHAT = 1, 2, 3, 8  # types of threads; 4 is what happened
_STATUSES = {1: Status.OPEN, 2: Status.PENDING, 3: Status.CLOSED}
_SPAM = 4
_IN_USE = 1  # status of a user


class Requests:
    """The requests of a staged dump. *files* is ``storage/app/attachment``."""

    def __init__(self, base: Staged, report: Report, zone: tzinfo, files: Path | None) -> None:
        self._base, self._report, self._zone, self._files = base, report, zone, files

    def __len__(self) -> int:
        found = self._base.first("SELECT count(*) AS tickets FROM conversations")
        return found["tickets"] if found else 0

    def __iter__(self) -> Iterator[Request]:
        for row in self._base.rows("SELECT * FROM conversations ORDER BY id"):
            where = f"Conversation #{text(row['number']) or row['id']}"
            state = number(row["state"])
            if state == _PUBLISHED:
                yield self._request(row, where)
            elif state == _DELETED:
                self._report.leave_out(where, "It was deleted there.")
            else:
                self._report.leave_out(where, "It is a draft.")

    def _request(self, row: sqlite3.Row, where: str) -> Request:
        threads = self._base.all(
            "SELECT * FROM threads WHERE conversation_id = ? ORDER BY created_at, id", row["id"]
        )
        words = [one for thread in threads if (one := self._words(thread, where))]
        status = number(row["status"])
        mailbox = self._base.first(
            "SELECT name FROM mailboxes WHERE id = ?", number(row["mailbox_id"])
        )
        copied = [text(one) for one in json_of(row["cc"], [])]
        return Request(
            key=str(row["id"]),
            ref=f"#{text(row['number']) or row['id']}",
            where=where,
            subject=text(row["subject"]),
            requester=self._customer(row["customer_id"], text(row["customer_email"])),
            words=words,
            status=_STATUSES.get(status),
            solved_at=moment(row["closed_at"], self._zone),
            assignee=self._user(row["user_id"]),
            category=[text(mailbox["name"])] if mailbox else [],
            tags=self._tags(row["id"]),
            followers=[self._at(email) for email in copied[:20] if self._is_customers(email)],
            is_spam=status == _SPAM,
            fields=self._fields(row["id"]),
        )

    def _words(self, thread: sqlite3.Row, where: str) -> Words | None:
        kind = number(thread["type"])
        if kind not in (_CUSTOMER, _MESSAGE, _NOTE, _CHAT):
            return None  # what happened, without words
        if number(thread["state"]) != _PUBLISHED:
            why = "It is a draft." if number(thread["state"]) == _DRAFT else "It was hidden there."
            self._report.leave_out(f"{where}, message {thread['id']}", why)
            return None
        author = self._user(thread["created_by_user_id"])
        is_staff = kind in (_MESSAGE, _NOTE) or (kind == _CHAT and author is not None)
        if author is None and not is_staff:
            known = number(thread["created_by_customer_id"]) or number(thread["customer_id"])
            author = self._customer(known, text(thread["from"]))
        return Words(
            key=str(thread["id"]),
            body=fitting.text_of(text(thread["body"])),
            at=moment(thread["created_at"], self._zone) or fitting.EARLIEST,
            author=author,
            is_staff=is_staff,
            internal=kind == _NOTE,
            files=[
                self._file(row)
                for row in self._base.all(
                    "SELECT * FROM attachments WHERE thread_id = ? ORDER BY id", thread["id"]
                )
            ],
        )

    def _file(self, row: sqlite3.Row) -> Attached:
        name = text(row["file_name"])
        folder = text(row["file_dir"]).strip("/")
        return Attached(name, reader(self._files, f"{folder}/{name}"))

    def _customer(self, customer_id: Any, email: str) -> Person:
        """By the address that the conversation goes to, where that is one of theirs."""
        row = self._base.first("SELECT * FROM customers WHERE id = ?", number(customer_id))
        if row is None:
            return self._at(email) if good_address(email) else self._nobody(customer_id)
        query = "SELECT email FROM emails WHERE customer_id = ? ORDER BY id"
        emails = [text(one["email"]) for one in self._base.all(query, row["id"])]
        return Person(
            key=f"customer-{row['id']}",
            email=emails[0] if emails else email,
            name=f"{text(row['first_name'])} {text(row['last_name'])}".strip(),
            at=moment(row["created_at"], self._zone),
            company=text(row["company"]),
        )

    def _nobody(self, customer_id: Any) -> Person:
        return Person(key=f"customer-{number(customer_id)}", email="", name="(deleted)")

    def _is_customers(self, email: str) -> bool:
        query = "SELECT 1 FROM mailboxes WHERE email = ? COLLATE NOCASE"
        return bool(good_address(email)) and self._base.first(query, email) is None

    def _at(self, email: str) -> Person:
        query = "SELECT customer_id FROM emails WHERE email = ? COLLATE NOCASE"
        row = self._base.first(query, email)
        if row is not None and self._base.first(
            "SELECT 1 FROM customers WHERE id = ?", row["customer_id"]
        ):
            return self._customer(row["customer_id"], email)
        return Person(key=f"at-{good_address(email)}"[:200], email=email)

    def _user(self, user_id: Any) -> Person | None:
        row = self._base.first("SELECT * FROM users WHERE id = ?", number(user_id))
        if row is None:
            return None
        return Person(
            key=f"user-{row['id']}",
            email=text(row["email"]),
            name=f"{text(row['first_name'])} {text(row['last_name'])}".strip(),
            is_staff=True,
            is_active=number(row["status"]) == _IN_USE,
            at=moment(row["created_at"], self._zone),
        )

    def _tags(self, conversation_id: int) -> list[str]:
        rows = self._base.all(
            "SELECT name FROM conversation_tag JOIN tags ON tags.id = tag_id"
            " WHERE conversation_id = ?",
            conversation_id,
        )
        return [text(row["name"]) for row in rows]

    def _fields(self, conversation_id: int) -> dict[str, str]:
        rows = self._base.all(
            "SELECT name, options, value FROM conversation_custom_field"
            " JOIN custom_fields ON custom_fields.id = custom_field_id WHERE conversation_id = ?",
            conversation_id,
        )
        found = {}
        for row in rows:
            value = text(row["value"])
            choices = json_of(row["options"], {})  # a choice is kept by its number
            if said := str(choices.get(value, value)):
                found[text(row["name"])] = said
        return found
