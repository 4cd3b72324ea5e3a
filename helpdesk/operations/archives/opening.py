"""Opening a desk that was brought back aside: its pages and its API, as people would."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import HelpdeskError
from ...settings import Settings, load_settings
from . import layout
from .examining import Check
from .layout import BadBackup


def desk_in(folder: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the desk that was unpacked into *folder*: it reaches nothing else."""
    settings = load_settings(folder, environ or {})
    return replace(
        settings,
        database_url=f"sqlite:///{folder / layout.DATABASE}",
        files_place=None,
        smtp_url=None,
        imap_url=None,
    )


@dataclass(frozen=True)
class _Sample:
    """A ticket, and what its page and the API must say."""

    id: int
    subject: str
    words: str  # of its newest message


def open_some(desk: Path, *, with_files: bool) -> list[Check]:
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
