"""Whether a desk's folder is sound, and nothing in it is half."""

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk.database import sqlite_driver
from helpdesk.operations.doctor import ERROR, examine
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
FILES = "SELECT id, stored_name, sha256 FROM attachments WHERE id > ? ORDER BY id"
MAILS = "SELECT id, sha256 FROM received_mails WHERE id > ? ORDER BY id"


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
        path = self.folder / "helpdesk.db"
        with closing(sqlite_driver().connect(path, timeout=60)) as database:
            database.execute("BEGIN")  # all of one moment, whoever writes meanwhile
            problems = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
            assert problems == ["ok"], problems
            assert not database.execute("PRAGMA foreign_key_check").fetchall()
            since = {"ticket": self.ticket, "message": self.message}
            for what, query in HALVES.items():
                found = database.execute(query, since).fetchall()
                assert not found, f"{what}: {found[:5]}"
            compared = self._compare_files(database)
            self.ticket = _highest(database, "tickets")
            self.message = _highest(database, "messages")
        return compared

    def _compare_files(self, database: Any) -> int:
        files = database.execute(FILES, [self.file]).fetchall()
        for id_, name, sha256 in files:
            path = self.folder / "attachments" / name[:2] / name[2:4] / name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256, path
            self.file = id_
        mails = database.execute(MAILS, [self.mail]).fetchall()
        for id_, sha256 in mails:
            path = self.folder / "mail" / sha256[:2] / f"{sha256}.eml"
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256, path
            self.mail = id_
        return len(files) + len(mails)

    def ask_doctor(self) -> None:
        """Raise AssertionError where the doctor finds an error."""
        report = examine(self.folder, environment())
        assert not [one for one in report if one.level == ERROR], report


def _highest(database: Any, table: str) -> int:
    return int(database.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])
