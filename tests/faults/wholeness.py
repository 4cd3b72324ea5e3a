"""Whether a desk's folder is sound, and nothing in it is half."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.files import store
from helpdesk.mail import raw
from helpdesk.operations.doctor import ERROR, examine
from helpdesk.settings import load_settings
from tests.started import environment

# What one transaction writes together, and what would be missing where it was torn.
HALVES = {
    "tickets without a message": "SELECT id FROM tickets t WHERE id > :ticket AND NOT EXISTS"
    " (SELECT 1 FROM messages WHERE ticket_id = t.id)",
    "tickets without an event": "SELECT id FROM tickets t WHERE id > :ticket AND 1 <> ("
    "SELECT count(*) FROM events WHERE ticket_id = t.id AND kind = 'ticket.opened')",
    "tickets whose files are not counted": "SELECT id FROM tickets t WHERE id > :ticket AND"
    " file_count <> (SELECT count(*) FROM attachments a JOIN messages m ON m.id = a.message_id"
    " WHERE m.ticket_id = t.id)",
    "tickets that are there twice": "SELECT max(id) FROM tickets GROUP BY subject"
    " HAVING count(*) > 1 AND max(id) > :ticket",
    "messages that are there twice": "SELECT max(id) FROM messages GROUP BY body"
    " HAVING count(*) > 1 AND max(id) > :message",
}
FILES = "SELECT id, stored_name, sha256 FROM attachments WHERE id > :since ORDER BY id"
MAILS = "SELECT id, sha256 FROM received_mails WHERE id > :since ORDER BY id"


@dataclass
class Wholeness:
    """Looks at what has come into *folder* since it looked last."""

    folder: Path
    ticket: int = 0
    message: int = 0
    file: int = 0
    mail: int = 0

    def check(self) -> int:
        """Raise AssertionError where something is torn; how many files were compared."""
        with self._app.app_context():  # in one transaction: all of one moment, whoever writes
            try:
                if self._is_sqlite:
                    assert [tuple(row) for row in _found("PRAGMA integrity_check(5)")] == [("ok",)]
                    assert not _found("PRAGMA foreign_key_check")
                for what, query in HALVES.items():
                    found = _found(query, ticket=self.ticket, message=self.message)
                    assert not found, f"{what}: {found[:5]}"
                compared = self._compare_files()
                self.ticket, self.message = _highest("tickets"), _highest("messages")
            finally:
                db.session.remove()
                db.engine.dispose()
        return compared

    @cached_property
    def _app(self) -> Flask:
        return create_app(load_settings(self.folder, environment()), answers=False)

    @property
    def _is_sqlite(self) -> bool:
        return bool(self._app.config["HELPDESK"].is_alone)

    def _compare_files(self) -> int:
        files = _found(FILES, since=self.file)
        for id_, name, sha256 in files:
            with store().open(name) as file:
                assert hashlib.sha256(file.read()).hexdigest() == sha256, name
            self.file = id_
        mails = _found(MAILS, since=self.mail)
        for id_, sha256 in mails:
            assert not raw.is_damaged(sha256), sha256
            self.mail = id_
        return len(files) + len(mails)

    def ask_doctor(self) -> None:
        """Raise AssertionError where the doctor finds an error."""
        report = examine(self.folder, environment())
        # The PostgreSQL of tests waits for no disk, and is told so.
        wrong = [one for one in report if one.level == ERROR and one.name != "PostgreSQL"]
        assert not wrong, report


def _found(query: str, **values: int) -> list[Any]:
    asked = {name: value for name, value in values.items() if f":{name}" in query}
    return list(db.session.execute(sa.text(query), asked).all())


def _highest(table: str) -> int:
    return int(_found(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])
