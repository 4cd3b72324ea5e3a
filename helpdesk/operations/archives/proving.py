"""The proof of a backup: it is brought back aside, looked at, and opened as the desk would be."""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from ...database import sqlite_driver
from ...errors import HelpdeskError
from ...settings import Settings, load_settings
from . import layout
from .aside import aside, require_room
from .copying import all_rows, has_table, opened, revision_of
from .layout import BadBackup, Manifest
from .reading import Backup

Tell = Callable[[str, int, int], None]  # what is done, and how many bytes of how many
_SOME = 5  # of what is wrong, to be told


class Check(msgspec.Struct, frozen=True):
    """Something that was looked at. A *warning* was so before the backup was made."""

    name: str
    level: str  # ok, warning, error
    sentence: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What came out. *ok*: it can be restored, and has all that it says."""

    ok: bool
    size: int  # bytes of the file
    made_at: str
    program: str
    revision: str
    has_files: bool
    files: int  # attachments and mails
    tables: dict[str, int]
    checks: list[Check]


def verify(file: Path, tell: Tell, *, writes_files: bool = True) -> Proof:
    """Bring the backup in *file* back into a folder beside it, check all, and remove that folder.

    Without *writes_files*, attachments and mails are only compared with their hashes. Raises
    BadBackup where it is none of ours, HelpdeskError where there is no room, OSError.
    """
    with file.open("rb") as content, aside(_workplace(file), "verify") as work:
        backup = Backup(content)
        manifest, desk = backup.manifest, work / "desk"
        checks = []
        try:
            stage(backup, desk, tell, writes_files=writes_files)
            checks += examine(desk, manifest)
            levels = {check.level for check in checks}
            if "error" not in levels:
                has_all = writes_files and manifest.has_files and "warning" not in levels
                checks += _opens(desk, with_files=has_all)
        except BadBackup as error:
            checks.append(Check("content", "error", error.message))
        return Proof(
            ok=all(check.level != "error" for check in checks),
            size=backup.size,
            made_at=manifest.made_at,
            program=manifest.program,
            revision=manifest.revision,
            has_files=manifest.has_files,
            files=sum("/" in member.name for member in manifest.members),
            tables=manifest.tables,
            checks=checks,
        )


def _workplace(file: Path) -> Path:
    """Beside *file*, where it has had room, too; elsewhere if nothing can be written there."""
    beside = file.absolute().parent
    return beside if os.access(beside, os.W_OK) else Path(tempfile.gettempdir())


def stage(backup: Backup, desk: Path, tell: Tell, *, writes_files: bool = True) -> None:
    """Unpack *backup* into the folder *desk*, which is not there yet, but for its settings.

    Raises BadBackup, also where this program is too old for it; HelpdeskError, OSError.
    """
    from ..migrate import revisions

    manifest = backup.manifest
    if manifest.revision not in revisions():
        raise BadBackup(
            f"It was made by a newer program (revision {manifest.revision}; this one knows "
            f"{revisions()[-1]}). Please install that one."
        )
    wanted: dict[str, Path | None] = {
        layout.DATABASE: desk / layout.DATABASE,
        layout.COMPRESSED: desk / layout.DATABASE,
        layout.SECRET: desk / layout.SECRET,
    }
    if writes_files:
        wanted |= {m.name: desk / m.name for m in manifest.members if "/" in m.name}
    size = manifest.database.size + sum(m.size for m in manifest.members if m.name in wanted)
    require_room(desk.parent, size)
    desk.mkdir(mode=0o700)
    all_, done = sum(member.size for member in manifest.members), 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        tell("content", done, all_)

    backup.unpack(wanted, told)


def examine(desk: Path, manifest: Manifest) -> list[Check]:
    """Whether the database in *desk* is sound and has what the manifest says."""
    checks = [Check("content", "ok", f"All {len(manifest.members)} files have their hashes.")]
    with closing(opened(desk / layout.DATABASE)) as connection:
        try:
            checks += [
                _integrity(connection),
                _foreign_keys(connection),
                _rows(connection, manifest),
                _named(connection, manifest),
            ]
        except sqlite_driver().Error as error:
            checks.append(Check("database", "error", f"The database is damaged: {error}."))
    return checks


def desk_in(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the desk that was unpacked into *folder*: it reaches nothing else."""
    settings = load_settings(folder, environ or {})
    return replace(
        settings,
        database_url=f"sqlite:///{folder / layout.DATABASE}",
        smtp_url=None,
        imap_url=None,
    )


def _integrity(connection: Any) -> Check:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        return Check("database", "error", f"The database is damaged: {found[0]}.")
    return Check("database", "ok", "The database is sound.")


def _foreign_keys(connection: Any) -> Check:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        return Check("foreign keys", "error", f"Rows name others that are not there, in: {tables}.")
    return Check("foreign keys", "ok", "Every row that another one names is there.")


def _rows(connection: Any, manifest: Manifest) -> Check:
    tables, revision = all_rows(connection), revision_of(connection)
    if revision != manifest.revision:
        return Check("rows", "error", f"Its tables are of revision {revision}, not as it says.")
    odd = sorted(name for name, _rows in tables.items() ^ manifest.tables.items())
    if odd:
        return Check("rows", "error", f"Other numbers of rows than it says, in: {odd[0]}.")
    total = sum(tables.values())
    return Check("rows", "ok", f"All {total} rows of {len(tables)} tables are there.")


def _named(connection: Any, manifest: Manifest) -> Check:
    """Whether the files are those that rows name."""
    if not manifest.has_files:
        return Check("files", "ok", "It has the database alone, as an upgrade makes it.")
    hashes = {member.name: member.sha256 for member in manifest.members}
    wrong, total = list(manifest.missing), 0
    for name, sha256 in _told_by_rows(connection):
        total += 1
        if hashes.get(name) != sha256 and name not in wrong:
            wrong.append(name)
    unknown = [name for name in wrong if name in hashes]
    lost = [name for name in wrong if name not in hashes and name not in manifest.missing]
    if lost:
        return Check("files", "error", f"{len(lost)} files are not in it, such as {lost[0]}.")
    if wrong:
        return Check(
            "files",
            "warning",
            f"When it was made, {len(manifest.missing)} files were missing and {len(unknown)} "
            f"damaged already: {', '.join(wrong[:_SOME])}.",
        )
    return Check("files", "ok", f"All {total} files that rows name are in it, unchanged.")


def _told_by_rows(connection: Any) -> Iterator[tuple[str, str]]:
    """Every file that a row names, and the hash that the row says."""
    for name, sha256 in connection.execute("SELECT stored_name, sha256 FROM attachments"):
        yield layout.attachment(name), sha256
    if has_table(connection, "received_mails"):
        query = "SELECT sha256 FROM received_mails WHERE sha256 <> '' AND forgotten_at IS NULL"
        for (sha256,) in connection.execute(query):
            yield layout.mail(sha256), sha256


@dataclass(frozen=True)
class _Sample:
    """A ticket, and what its page and the API must say."""

    id: int
    subject: str
    words: str  # of its newest message


def _opens(desk: Path, *, with_files: bool) -> list[Check]:
    """Bring the tables up to date, and open three tickets through the application."""
    from ... import create_app
    from ...database import db
    from ..migrate import bring_up_to_date

    settings = desk_in(desk)
    app = create_app(settings)
    logging.getLogger("helpdesk").addHandler(logging.NullHandler())
    try:
        bring_up_to_date(app, holds_lock=True, backs_up=False)
        with app.app_context():
            samples = _samples()
            client, headers = _admin(app, settings.base_url)
        for sample in samples:
            _open(client, headers, settings.base_url, sample, with_files=with_files)
    except HelpdeskError as error:
        return [Check("application", "error", error.message)]
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    if not samples:
        return [Check("application", "ok", "It opens; there are no tickets in it.")]
    refs = ", ".join(f"TKT{sample.id}" for sample in samples)
    return [Check("application", "ok", f"It opens, and shows {refs} with their words.")]


def _samples() -> list[_Sample]:
    """The newest ticket, the oldest, and the newest that has files."""
    import sqlalchemy as sa

    from ...accounts.models import DESK
    from ...database import db
    from ...tickets.models import Message, Ticket
    from ...tickets.queries import visible_to

    query = visible_to(DESK).with_only_columns(Ticket.id)
    found = [
        db.session.scalar(query.order_by(Ticket.id.desc()).limit(1)),
        db.session.scalar(query.order_by(Ticket.id).limit(1)),
        db.session.scalar(query.where(Ticket.file_count > 0).order_by(Ticket.id.desc()).limit(1)),
    ]
    if None not in found and len(set(found)) < 3:
        more = query.where(Ticket.id.not_in(found)).order_by(Ticket.id.desc()).limit(1)
        found.append(db.session.scalar(more))
    samples = []
    for id_ in sorted({id_ for id_ in found if id_ is not None}):
        subject = db.session.scalar(sa.select(Ticket.subject).where(Ticket.id == id_))
        newest = sa.select(Message.body).where(Message.ticket_id == id_).order_by(Message.id.desc())
        samples.append(_Sample(id_, subject or "", db.session.scalar(newest.limit(1)) or ""))
    return samples


def _admin(app: Any, base_url: str) -> tuple[Any, dict[str, str]]:
    """A browser and a script of an admin who is in this copy alone."""
    import secrets

    import sqlalchemy as sa

    from ...accounts import actions, sessions, tokens
    from ...accounts.factors.models import SignInRules
    from ...accounts.models import DESK, Role
    from ...database import db, transaction

    with transaction():
        db.session.execute(sa.delete(SignInRules))  # a second step, which nobody is there for
    nonce = secrets.token_hex(16)
    user = actions.add_user(
        DESK,
        name="Backup",
        email=f"{nonce}@backup.invalid",
        role=Role.ADMIN,
        password=secrets.token_urlsafe(24),
    )
    client = app.test_client()
    with client.session_transaction(base_url=base_url) as cookie:
        cookie["_user_id"] = sessions.open_session(user, "127.0.0.1", "verify")
    return client, {"Authorization": f"Bearer {tokens.add_token(DESK, user, 'verify')}"}


def _open(
    client: Any, headers: dict[str, str], base_url: str, sample: _Sample, *, with_files: bool
) -> None:
    """Open *sample* as a page and by the API. Raises BadBackup where it doesn't say its words."""
    from markupsafe import escape

    where = f"TKT{sample.id}"
    page = client.get(f"/desk/tickets/{sample.id}", base_url=base_url)
    if page.status_code != 200 or str(escape(sample.subject)) not in page.get_data(as_text=True):
        raise BadBackup(f"The page of {where} can't be opened (status {page.status_code}).")
    path = f"/backend/api/api/support-ticket/{sample.id}"
    answer = client.get(path, base_url=base_url, headers=headers)
    if answer.status_code != 200:
        raise BadBackup(f"The API does not show {where} (status {answer.status_code}).")
    data = answer.get_json()["data"]
    bodies = [message["message"] for message in data["ticketMessage"]]
    if data["subject"] != sample.subject or (sample.words and sample.words not in bodies):
        raise BadBackup(f"The API shows other words of {where} than its database has.")
    files = [file for message in data["ticketMessage"] for file in message["ticketAttachments"]]
    for file in files[:1] if with_files else ():
        content = client.get(file["filePath"], base_url=base_url, headers=headers)
        if content.status_code != 200 or len(content.data) != file["size"]:
            raise BadBackup(f"A file of {where} can't be opened.")
