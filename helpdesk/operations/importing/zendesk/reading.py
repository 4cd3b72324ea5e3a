"""Tickets of Zendesk with their comments and people, put together from what was staged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ....tickets.models import Priority, Status
from .. import Report, fitting
from ..beside import reader
from ..dumps.staging import Staged
from ..records import Attached, Person, Request, Words

Json = Mapping[str, Any]
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
_STAFF = ("agent", "admin")
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
            if _text(ticket, "status") == "deleted":
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
        status = _text(ticket, "status")
        requester = self._requester(ticket)
        updated = _moment(ticket.get("solved_at")) or _moment(ticket.get("updated_at"))
        facts = {
            "Type": _text(ticket, "type"),
            "Group": self._name_of("group", ticket, "group_id"),
            "Due": _text(ticket, "due_at"),
            "Came by": _text(_object(ticket, "via"), "channel"),
        }
        if _text(_object(ticket, "satisfaction_rating"), "score") not in ("", "unoffered"):
            self._report.remark("Satisfaction ratings are not taken.")
        return Request(
            key=str(number),
            ref=f"#{number}",
            where=where,
            subject=_text(ticket, "subject") or _text(ticket, "raw_subject"),
            requester=requester,
            words=self._words(ticket, number, requester),
            status=_STATUSES.get(status),
            solved_at=updated if status in ("solved", "closed") else None,
            priority=_PRIORITIES.get(_text(ticket, "priority"), Priority.NORMAL),
            assignee=self._known(ticket, "assignee"),
            tags=[one for one in _list(ticket, "tags") if isinstance(one, str)],
            followers=[
                person
                for one in _list(ticket, "email_cc_ids") or _list(ticket, "collaborator_ids")
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
        for place, one in enumerate(_list(ticket, "comments")[:_MOST_COMMENTS]):
            if isinstance(one, dict):
                given = one.get("id")
                comments[given if isinstance(given, int) else -1 - place] = one
        began = _moment(ticket.get("created_at")) or fitting.EARLIEST
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
                    body=_text(ticket, "description") or _text(ticket, "subject"),
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
        body = _text(comment, "plain_body") or _text(comment, "body")
        if html := _text(comment, "html_body"):
            body = fitting.text_of(html) or body
        return Words(
            key=key,
            body=body,
            at=_moment(comment.get("created_at")) or began,
            author=author,
            is_staff=is_staff,
            internal=comment.get("public") is False,
            files=[
                self._file(one) for one in _list(comment, "attachments") if isinstance(one, dict)
            ],
        )

    def _file(self, given: Json) -> Attached:
        """Below its number, as tools put it that fetch files, or by its name alone."""
        name = _text(given, "file_name") or _text(given, "filename") or "file"
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
            whole = _object(ticket, role)
            if person := _person_of(whole, ""):
                found[whole["id"]] = person
        return found

    def _known(self, said: Json, role: str) -> Person | None:
        """Whom *said* names as its *role*: by number, or whole, as the export has them."""
        whole = _object(said, role)
        number = said.get(f"{role}_id") or whole.get("id")
        return self._user(number) or (_person_of(whole, "") if whole else None)

    def _user(self, number: Any) -> Person | None:
        found = self._one("user", number)
        if found is None:
            return None
        company = self._one("organization", found.get("organization_id")) or {}
        domains = [one for one in _list(company, "domain_names") if isinstance(one, str)]
        return _person_of(found, _text(company, "name"), domains)

    def _name_of(self, table: str, said: Json, field: str) -> str:
        return _text(self._one(table, said.get(field)) or {}, "name")

    def _one(self, table: str, number: Any) -> Json | None:
        if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= 2**63:
            return None
        row = self._base.first(f'SELECT said FROM "{table}" WHERE id = ?', number)  # noqa: S608
        found: Json | None = None if row is None else json.loads(row["said"])
        return found

    def _fields(self, ticket: Json) -> dict[str, str]:
        """Custom fields by their titles; those of Zendesk's own are elsewhere in the ticket."""
        found = {}
        for one in _list(ticket, "custom_fields") or _list(ticket, "fields"):
            if not isinstance(one, dict):
                continue
            value = _said(one.get("value"))
            known = self._one("field", one.get("id")) or {}
            title = _text(known, "title") or f"Field {one.get('id')}"[:60]
            if value:
                found[title] = _option(known, value)
        return found


def _person_of(said: Json, company: str, domains: Sequence[str] = ()) -> Person | None:
    number = said.get("id")
    if not isinstance(number, int):
        return None
    is_out = said.get("suspended") is True or said.get("active") is False
    return Person(
        key=str(number)[:30],
        email=_text(said, "email"),
        name=_text(said, "name"),
        is_staff=_text(said, "role") in _STAFF,
        is_active=not is_out,
        at=_moment(said.get("created_at")),
        company=company,
        domains=domains,
    )


def _option(field: Json, value: str) -> str:
    """The name of a choice, which the ticket has by its tag."""
    for option in _list(field, "custom_field_options"):
        if isinstance(option, dict) and option.get("value") == value:
            return _text(option, "name") or value
    return value


def _said(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value[:100])))
    return "yes" if value is True else str(value) if isinstance(value, str | int | float) else ""


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def _object(said: Json, name: str) -> Json:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _list(said: Json, name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or not 1980 <= found.year <= 2100:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
