"""Tickets of Zendesk with their comments and people, put together from what was staged."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ....tickets.models import Priority, Status
from .. import Report, fitting
from ..beside import reader
from ..dumps.staging import Staged
from ..records import Attached, Person, Request, Words
from .values import Json, items, mapping, moment, option, person_of, shown, text

_STATUSES = {
    "new": Status.OPEN,
    "open": Status.OPEN,
    "pending": Status.PENDING,
    "hold": Status.PENDING,
    "solved": Status.RESOLVED,
    "closed": Status.CLOSED,
}
_PRIORITIES = {
    "low": Priority.LOW,
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}
_MOST_COMMENTS = 10_000


class Requests:
    """The requests of a staged export."""

    def __init__(self, base: Staged, report: Report, files: Path | None) -> None:
        self._base, self._report, self._files = base, report, files

    def __len__(self) -> int:
        found = self._base.first("SELECT count(*) AS tickets FROM ticket")
        return found["tickets"] if found else 0

    def __iter__(self) -> Iterator[Request]:
        self._tell_of_comments_alone()
        for row in self._base.rows("SELECT * FROM ticket ORDER BY id"):
            ticket = json.loads(row["said"])
            where = f"Ticket #{row['id']} ({row['place']})"
            if text(ticket, "status") == "deleted":
                self._report.leave_out(where, "It was deleted there.")
                continue
            yield self._request(ticket, row["id"], where)

    def _tell_of_comments_alone(self) -> None:
        found = self._base.first(
            "SELECT count(*) AS comments FROM comment"
            " WHERE ticket_id NOT IN (SELECT id FROM ticket)"
        )
        if found and found["comments"]:
            self._report.remark(f"{found['comments']} comments are of tickets that are not there.")

    def _request(self, ticket: Json, number: int, where: str) -> Request:
        status = text(ticket, "status")
        requester = self._requester(ticket)
        updated = moment(ticket.get("solved_at")) or moment(ticket.get("updated_at"))
        facts = {
            "Type": text(ticket, "type"),
            "Group": self._name_of("group", ticket, "group_id"),
            "Due": text(ticket, "due_at"),
            "Came by": text(mapping(ticket, "via"), "channel"),
        }
        if text(mapping(ticket, "satisfaction_rating"), "score") not in ("", "unoffered"):
            self._report.remark("Satisfaction ratings are not taken.")
        return Request(
            key=str(number),
            ref=f"#{number}",
            where=where,
            subject=text(ticket, "subject") or text(ticket, "raw_subject"),
            requester=requester,
            words=self._words(ticket, number, requester),
            status=_STATUSES.get(status),
            solved_at=updated if status in ("solved", "closed") else None,
            priority=_PRIORITIES.get(text(ticket, "priority"), Priority.NORMAL),
            assignee=self._known(ticket, "assignee"),
            tags=[one for one in items(ticket, "tags") if isinstance(one, str)],
            followers=[
                person
                for one in items(ticket, "email_cc_ids") or items(ticket, "collaborator_ids")
                if (person := self._user(one)) and not person.is_staff
            ],
            fields=self._fields(ticket),
            facts=facts,
        )

    def _words(self, ticket: Json, number: int, requester: Person) -> list[Words]:
        comments: dict[int, Json] = {}
        rows = self._base.all("SELECT id, said FROM comment WHERE ticket_id = ?", number)
        for row in rows[:_MOST_COMMENTS]:
            comments[row["id"]] = json.loads(row["said"])
        for place, one in enumerate(items(ticket, "comments")[:_MOST_COMMENTS]):
            if isinstance(one, dict):
                given = one.get("id")
                comments[given if isinstance(given, int) else -1 - place] = one
        began = moment(ticket.get("created_at")) or fitting.EARLIEST
        named = self._named(ticket)
        words = [
            self._comment(one, f"{number}/{id_}", began, ticket, named)
            for id_, one in comments.items()
        ]
        if not words:
            self._report.remark(
                "Some tickets came without their comments: they have their description alone."
            )
            words = [
                Words(
                    key=f"{number}/description",
                    body=text(ticket, "description") or text(ticket, "subject"),
                    at=began,
                    author=requester,
                    is_staff=requester.is_staff,
                )
            ]
        return sorted(words, key=lambda one: one.at)

    def _comment(
        self, comment: Json, key: str, began: datetime, ticket: Json, named: Mapping[Any, Person]
    ) -> Words:
        number = comment.get("author_id") or ticket.get("requester_id")
        author = self._user(number) or (named.get(number) if isinstance(number, int) else None)
        # Whoever is in no file, and is not the customer, most likely worked there.
        is_staff = number != ticket.get("requester_id") if author is None else author.is_staff
        if author is None and not is_staff:
            author = self._requester(ticket)
        body = text(comment, "plain_body") or text(comment, "body")
        if html := text(comment, "html_body"):
            body = fitting.text_of(html) or body
        return Words(
            key=key,
            body=body,
            at=moment(comment.get("created_at")) or began,
            author=author,
            is_staff=is_staff,
            internal=comment.get("public") is False,
            files=[
                self._file(one) for one in items(comment, "attachments") if isinstance(one, dict)
            ],
        )

    def _file(self, given: Json) -> Attached:
        """Below its number, as tools put it that fetch files, or by its name alone."""
        name = text(given, "file_name") or text(given, "filename") or "file"
        number = given.get("id")
        below = f"{number}/{name}"
        is_below = (
            self._files is not None
            and isinstance(number, int)
            and (self._files / str(number)).is_dir()
        )
        return Attached(name, reader(self._files, below if is_below else name))

    def _requester(self, ticket: Json) -> Person:
        found = self._known(ticket, "requester")
        if found is not None:
            return found
        number = ticket.get("requester_id")
        key = str(number)[:30] if isinstance(number, int) else f"of-{ticket.get('id')}"[:30]
        return Person(key=key, email="", name="(unknown)")

    def _named(self, ticket: Json) -> dict[Any, Person]:
        """Those who stand whole in a ticket, by their numbers."""
        found = {}
        for role in ("submitter", "requester", "assignee"):
            whole = mapping(ticket, role)
            if person := person_of(whole, ""):
                found[whole["id"]] = person
        return found

    def _known(self, said: Json, role: str) -> Person | None:
        """Whom *said* names as its *role*: by number, or whole, as the export has them."""
        whole = mapping(said, role)
        number = said.get(f"{role}_id") or whole.get("id")
        return self._user(number) or (person_of(whole, "") if whole else None)

    def _user(self, number: Any) -> Person | None:
        found = self._one("user", number)
        if found is None:
            return None
        company = self._one("organization", found.get("organization_id")) or {}
        domains = [one for one in items(company, "domain_names") if isinstance(one, str)]
        return person_of(found, text(company, "name"), domains)

    def _name_of(self, table: str, said: Json, field: str) -> str:
        return text(self._one(table, said.get(field)) or {}, "name")

    def _one(self, table: str, number: Any) -> Json | None:
        if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= 2**63:
            return None
        row = self._base.first(f'SELECT said FROM "{table}" WHERE id = ?', number)  # noqa: S608
        found: Json | None = None if row is None else json.loads(row["said"])
        return found

    def _fields(self, ticket: Json) -> dict[str, str]:
        """Custom fields by their titles; those of Zendesk's own are elsewhere in the ticket."""
        found = {}
        for one in items(ticket, "custom_fields") or items(ticket, "fields"):
            if not isinstance(one, dict):
                continue
            value = shown(one.get("value"))
            known = self._one("field", one.get("id")) or {}
            title = text(known, "title") or f"Field {one.get('id')}"[:60]
            if value:
                found[title] = option(known, value)
        return found
