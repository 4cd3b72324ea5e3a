"""A desk as tests have it, and who asks it: people, scripts, browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import sessions, tokens
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db
from helpdesk.database.glance import Glance
from helpdesk.database.session import Session
from helpdesk.files import store
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Category, Message, Status, Ticket
from tests.headers import require_headers

PREFIX = "/backend/api/api"
PASSWORD = "a lamp in the window"
# The smallest PNG that a browser shows: one transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


class DeskClient(FlaskClient):
    """A client whose requests don't see the test's own application context (its ``g``, session)."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        answer = Context().run(super().open, *args, **kwargs)
        require_headers(answer.headers)  # of every answer that any test gets
        return answer


class ApiClient:
    """A script with a token: paths are those of API.md, after the prefix."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self.client, self.token = client, token

    def open(self, method: str, path: str, **options: Any) -> Any:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        path = path if path.startswith("/backend") else PREFIX + path
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> Any:
        return self.open("POST", path, **options)

    def put(self, path: str, **options: Any) -> Any:
        return self.open("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Any:
        return self.open("DELETE", path, **options)


@dataclass
class Desk:
    """A desk in a data folder of its own."""

    app: Flask
    folder: Path
    bucket: Path | None = None  # where its files are on this disk, if they are in a bucket
    _tokens: dict[int, str] = field(default_factory=dict)
    _made: int = 0

    def user(self, role: str = "customer", name: str = "", email: str = "") -> User:
        self._made += 1
        name = name or f"{role.title()} {self._made}"
        email = email or f"{name.lower().replace(' ', '.')}@shop.example"
        return accounts.add_user(DESK, name=name, email=email, role=Role(role), password=PASSWORD)

    def category(
        self, name: str = "", parent: Category | None = None, active: bool = True
    ) -> Category:
        self._made += 1
        draft = actions.CategoryDraft(
            name or f"Category {self._made}", parent.id if parent else None, active
        )
        return actions.add_category(DESK, draft)

    def ticket(
        self,
        from_: User,
        subject: str = "Broken lamp",
        message: str = "It is broken.",
        **draft: Any,
    ) -> Ticket:
        files = draft.pop("files", ())
        return actions.open_ticket(
            from_, actions.Draft(subject=subject, message=message, **draft), files
        )

    def reply(
        self,
        actor: User,
        ticket: Ticket,
        body: str = "Thank you.",
        files: Any = (),
        status: Status | None = None,
    ) -> Message:
        return actions.reply(actor, ticket, body, files, status)

    def note(
        self, actor: User, ticket: Ticket, body: str = "A regular.", files: Any = ()
    ) -> Message:
        return actions.add_note(actor, ticket, body, files)

    def file(self, name: str = "lamp.png", content: bytes = PNG) -> actions.NewFile:
        incoming = store().receive()
        incoming.write(content)
        return actions.NewFile(name, incoming)

    def token(self, user: User) -> str:
        if user.id not in self._tokens:
            self._tokens[user.id] = tokens.add_token(DESK, user, "test")
        return self._tokens[user.id]

    def api(self, user: User | None = None) -> ApiClient:
        """A script of *user*, or one without a token."""
        return ApiClient(self.app.test_client(), None if user is None else self.token(user))

    def browser(self, user: User | None = None) -> FlaskClient:
        """A browser without JavaScript, signed in as *user* if one is given."""
        client = self.app.test_client()
        if user is not None:
            token = sessions.open_session(user, "192.0.2.1", "A test")
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        return client

    @property
    def files(self) -> Path:
        """The folder that has attachments/ and mail/, to look at and to damage."""
        return self.bucket or self.folder

    def fresh(self, ticket: Ticket) -> Ticket:
        """*ticket* as the database has it now."""
        db.session.rollback()
        db.session.expire_all()
        return queries.get(DESK, ticket.id)

    def rows(self, query: str) -> list[Any]:
        """What *query*, words of SQL, finds in the database as it is now, whoever wrote it."""
        db.session.rollback()
        found = db.session.execute(sa.text(query)).all()
        db.session.rollback()
        return list(found)

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements that the block sends to the database."""
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_current_snapshot")):
                statements.append(statement)

        def noted(first_row: Any) -> Any:
            def note(reads: Any, text: str, values: Any) -> Any:
                statements.append(text)
                return first_row(reads, text, values)

            return note

        usual = Session.first_row, Glance.first_row
        Session.first_row, Glance.first_row = map(noted, usual)  # type: ignore[method-assign]
        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
            Session.first_row, Glance.first_row = usual  # type: ignore[method-assign]


def upload(content: bytes = PNG, name: str = "lamp.png") -> tuple[BytesIO, str]:
    """A file as the test client's forms take it."""
    return BytesIO(content), name
