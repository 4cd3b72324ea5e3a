"""A copy of what there is of one person: asked for, made by a job, had for a week."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from .. import audit, clock, jobs
from ..accounts.models import Actor, User
from ..database import after_commit, db, transaction
from ..errors import HelpdeskError, NotFound, WrongState
from ..events import Event, subscribe
from ..files import IncomingFile, Store, bucket, store_in
from ..i18n import gettext as _
from ..i18n import lazy
from . import policy
from .models import PersonArchive

MAKE, SWEEP = "privacy.archive", "privacy.sweep"  # the jobs
LASTS = timedelta(days=7)
FRESH = timedelta(minutes=10)
HOUR = 3600
FILE_NAME = "personal-data.zip"


def init_app(app: Flask) -> None:
    """Let the worker of *app* make copies, and throw away those that are a week old."""
    title, lane = lazy("Collect the data of a person"), "privacy"
    jobs.register(app, MAKE, partial(_run, app), title=title, lane=lane, failed=_failed)
    title = lazy("Throw away old copies of personal data")
    jobs.every(app, SWEEP, HOUR, partial(_sweep, app), title=title, lane=lane)
    subscribe(app, "customer.unmerged", _forget_of_both)


def ask_for_copy(actor: Actor, user: User, *, with_notes: bool = False) -> PersonArchive:
    """Have a copy made of what there is of *user*; one of the last minutes is that one.

    A new one takes the place of the one before, so that asking often fills no disk.
    Raises NotAllowed; WrongState for an account that was merged into another.
    """
    policy.require_copy(actor, user, with_notes=with_notes)
    with transaction():
        if user.merged_into_id is not None:
            raise WrongState(_("This account was merged into another: its data is there."))
        same = PersonArchive.with_notes.is_(with_notes)
        recent = PersonArchive.created_at > clock.now() - FRESH
        known = db.session.scalar(_of(user.id).where(same, recent, ~PersonArchive.has_failed))
        if known is not None:
            return known
        _drop(sa.and_(PersonArchive.user_id == user.id, same))
        now = clock.now()
        archive = PersonArchive(
            user_id=user.id,
            asked_by_id=actor.id,
            with_notes=with_notes,
            created_at=now,
            expires_at=now + LASTS,
        )
        db.session.add(archive)
        db.session.flush()
        what = "a person, with notes" if with_notes else "a person"
        audit.record(audit.Kind.EXPORTED, actor=actor, subject=user, details={"what": what})
        jobs.enqueue(MAKE, {"archive_id": archive.id}, key=str(archive.id))
    return archive


def latest(actor: Actor, user: User) -> PersonArchive | None:
    """The last copy of *user* that *actor* may have, ready or not; None: there is none.

    Whoever asks for their own sees none with notes about them.
    """
    policy.require_copy(actor, user, with_notes=False)
    query = _of(user.id).where(PersonArchive.expires_at > clock.now())
    if not actor.is_admin or actor.id == user.id:
        query = query.where(~PersonArchive.with_notes)
    return db.session.scalar(query.order_by(PersonArchive.id.desc()).limit(1))


def ready(actor: Actor, user: User, archive_id: int) -> PersonArchive:
    """A copy that can be had. Raises NotFound for any other, NotAllowed."""
    policy.require_copy(actor, user, with_notes=False)
    query = _of(user.id).where(
        PersonArchive.id == archive_id,
        PersonArchive.stored_name.is_not(None),
        PersonArchive.expires_at > clock.now(),
    )
    if not actor.is_admin:
        query = query.where(~PersonArchive.with_notes)
    found = db.session.scalar(query) if 0 < archive_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such copy any more; please ask for a new one."))
    return found


def store_of_copies() -> Store:
    """Where the files of copies are: for the owner of the data folder only, or in the bucket."""
    folder: Path = current_app.config["HELPDESK"].data / "personal"
    folder.mkdir(mode=0o700, exist_ok=True)
    return store_in(bucket(), folder)


def drop_all(user_ids: Sequence[int]) -> int:
    """Throw away every copy of these people; how many. Only inside a ``transaction()``."""
    return _drop(PersonArchive.user_id.in_(user_ids))


def drop_everybodys() -> int:
    """Throw away all copies: on a desk that was restored their files are not there, either.

    Only inside a ``transaction()``.
    """
    return _drop(sa.true())


def _forget_of_both(event: Event) -> None:
    """They were never one: what was collected of the one has the other's words in it."""
    drop_all([event.user_id or 0, event.before["id"]])


def _of(user_id: int) -> sa.Select[PersonArchive]:
    return sa.select(PersonArchive).where(PersonArchive.user_id == user_id)


def _run(app: Flask, payload: dict[str, Any]) -> None:
    from . import writing

    with app.app_context():
        archive = db.session.get(PersonArchive, payload["archive_id"])
        if archive is None or archive.stored_name is not None:
            return
        id_, user_id, with_notes = archive.id, archive.user_id, archive.with_notes
        incoming = store_of_copies().receive()
        try:
            writing.write(incoming, user_id, with_notes=with_notes)
            _keep(id_, incoming)
        finally:
            incoming.discard()


def _keep(archive_id: int, incoming: IncomingFile) -> None:
    copies = store_of_copies()
    stored = copies.keep(incoming)
    with transaction():
        archive = db.session.get(PersonArchive, archive_id)
        if archive is None:  # they were erased meanwhile
            after_commit(partial(_remove, stored.name))
            return
        archive.stored_name, archive.size, archive.sha256 = stored.name, stored.size, stored.sha256


def _failed(payload: dict[str, Any], _reason: str) -> None:
    archive = db.session.get(PersonArchive, payload["archive_id"])
    if archive is not None:
        archive.has_failed = True


def _sweep(app: Flask, _payload: dict[str, Any]) -> None:
    with app.app_context():
        with transaction():
            _drop(PersonArchive.expires_at <= clock.now())
        store_of_copies().sweep(_named, older_than=clock.now() - timedelta(days=1))


def _drop(which: sa.ColumnElement[bool]) -> int:
    """Delete these copies, and then their files; one that can't be removed is swept some time."""
    found = db.session.scalars(sa.select(PersonArchive).where(which)).all()
    for archive in found:
        if archive.stored_name is not None:
            after_commit(partial(_remove, archive.stored_name))
        db.session.delete(archive)
    db.session.flush()
    return len(found)


def _remove(stored_name: str) -> None:
    with suppress(HelpdeskError):
        store_of_copies().delete(stored_name)


def _named(names: Sequence[str]) -> set[str]:
    query = sa.select(PersonArchive.stored_name).where(PersonArchive.stored_name.in_(names))
    return {name for name in db.session.scalars(query) if name is not None}
