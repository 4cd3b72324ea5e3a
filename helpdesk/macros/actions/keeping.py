"""What saved replies and macros have in common: a name in a folder, an owner, who may use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor, User
from ...database import db
from ...errors import WrongState
from ...events import Event, record
from ...i18n import gettext as _
from ...text import Fields
from .. import policy
from ..models import Macro, SavedReply

LONGEST_NAME, LONGEST_FOLDER = 100, 60  # characters
MOST = 500  # of one owner


@dataclass(frozen=True, kw_only=True)
class Title:
    """What somebody calls it, where it is found, and whether colleagues may use it too."""

    name: str
    folder: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Sort:
    """One of the two sorts of things that are kept; *content* is the column that differs."""

    model: Any  # its class
    event: str
    content: str


REPLY = Sort(SavedReply, "saved_reply", "body")
MACRO = Sort(Macro, "macro", "steps")


def clean_title(
    sort: Sort, owner_id: int, title: Title, errors: Fields, but: SavedReply | Macro | None = None
) -> Title:
    """*title* as it is kept. What is wrong goes into *errors*, a name that is taken too."""
    name = errors.line("name", title.name, LONGEST_NAME)
    folder = errors.line("folder", title.folder, LONGEST_FOLDER, required=False)
    clean = Title(name=name, folder=folder, is_shared=title.is_shared)
    if name and _is_taken(sort, owner_id, clean, but):
        errors.add("name", _("There is one with this name in this folder already."))
    return clean


def add(actor: User, sort: Sort, title: Title, content: Any) -> Any:
    """Add a row, inside the caller's transaction. Raises WrongState for too many."""
    model = sort.model
    count = sa.select(sa.func.count()).where(model.owner_id == actor.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise WrongState(_("You have %(most)s of them already: no more fit.", most=MOST))
    now = clock.now()
    row = model(
        owner_id=actor.id,
        name=title.name,
        folder=title.folder,
        is_shared=title.is_shared,
        created_at=now,
        modified_at=now,
        **{sort.content: content},
    )
    db.session.add(row)
    db.session.flush()
    record(actor.id, f"{sort.event}.added", after=facts(sort, row))
    return row


def change(actor: User, sort: Sort, row: Any, title: Title, content: Any) -> None:
    """Make *row* this, inside the caller's transaction. Raises NotAllowed."""
    policy.require_may_keep(
        actor, row.owner_id, was_shared=row.is_shared, is_shared=title.is_shared
    )
    before = facts(sort, row)
    _set(sort, row, {**vars(title), "content": content})
    if facts(sort, row) != before:
        row.modified_at = clock.now()
        db.session.flush()
        record(actor.id, f"{sort.event}.updated", before=before, after=facts(sort, row))


def delete(actor: User, sort: Sort, row: Any) -> Event:
    """Delete *row*, inside the caller's transaction; its event's deed can be undone."""
    before = facts(sort, row)
    db.session.delete(row)
    db.session.flush()
    return record(actor.id, f"{sort.event}.deleted", before=before)


def facts(sort: Sort, row: Any) -> dict[str, Any]:
    """All that *row* is, for its events."""
    return {
        "id": row.id,
        "owner_id": row.owner_id,
        "name": row.name,
        "folder": row.folder,
        "is_shared": row.is_shared,
        "content": getattr(row, sort.content),
    }


def put_back_deleted(sort: Sort, actor: Actor, event: Event) -> bool:
    """Undo of a deletion. False where its name is another's by now."""
    kept: Mapping[str, Any] = event.before
    _require_may_see(actor, kept)
    title = Title(name=kept["name"], folder=kept["folder"], is_shared=kept["is_shared"])
    if _is_taken(sort, kept["owner_id"], title, None):
        return False
    now = clock.now()
    row = sort.model(owner_id=kept["owner_id"], created_at=now, modified_at=now)
    _set(sort, row, kept)
    db.session.add(row)
    db.session.flush()
    record(actor.id, f"{sort.event}.added", after=facts(sort, row))
    return True


def put_back_added(sort: Sort, actor: Actor, event: Event) -> bool:
    """Undo of an addition, and so of the undo of a deletion. False where it has changed since."""
    _require_may_see(actor, event.after)
    row = db.session.get(sort.model, event.after["id"])
    if row is None or facts(sort, row) != event.after:
        return False
    db.session.delete(row)
    db.session.flush()
    record(actor.id, f"{sort.event}.deleted", before=event.after)
    return True


def put_back_updated(sort: Sort, actor: Actor, event: Event) -> bool:
    """Undo of a change. False where it has changed again since, or its old name is another's."""
    before = event.before
    _require_may_see(actor, event.after)
    row = db.session.get(sort.model, before["id"])
    if row is None or facts(sort, row) != event.after:
        return False
    title = Title(name=before["name"], folder=before["folder"], is_shared=before["is_shared"])
    policy.require_may_keep(
        actor, row.owner_id, was_shared=row.is_shared, is_shared=title.is_shared
    )
    if _is_taken(sort, row.owner_id, title, row):
        return False
    _set(sort, row, before)
    row.modified_at = clock.now()
    db.session.flush()
    record(actor.id, f"{sort.event}.updated", before=event.after, after=before)
    return True


def _set(sort: Sort, row: Any, kept: Mapping[str, Any]) -> None:
    row.name, row.folder, row.is_shared = kept["name"], kept["folder"], kept["is_shared"]
    setattr(row, sort.content, kept["content"])


def _require_may_see(actor: Actor, kept: Mapping[str, Any]) -> None:
    policy.require_staff(actor)
    if not policy.may_see(actor, kept["owner_id"], kept["is_shared"]):
        raise WrongState(_("This can't be undone."))


def _is_taken(sort: Sort, owner_id: int, title: Title, but: SavedReply | Macro | None) -> bool:
    """Whether a shared one, or another private one of its owner's, has this name."""
    model = sort.model
    query = sa.select(model.id, model.name).where(
        model.folder == title.folder, model.is_shared.is_(title.is_shared)
    )
    if not title.is_shared:
        query = query.where(model.owner_id == owner_id)
    name = title.name.casefold()
    return any(
        other.casefold() == name and (but is None or id_ != but.id)
        for id_, other in db.session.execute(query)
    )
