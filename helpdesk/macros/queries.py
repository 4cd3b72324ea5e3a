"""Reads of saved replies and macros: one's own, and those that are shared with all of the staff."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.models import Actor
from ..database import db
from ..errors import NotFound
from ..i18n import gettext as _
from ..words import has_words, words
from . import policy
from .models import Macro, SavedReply

Kept = TypeVar("Kept", SavedReply, Macro)


def saved_replies(actor: Actor, keyword: str = "") -> Sequence[SavedReply]:
    """Those that *actor* may use, by folder and name; with a *keyword*, its best matches first.

    A word of it may begin one of the name, the folder or the text. Raises NotAllowed.
    """
    return _found(_visible(SavedReply, actor), keyword, lambda one: one.body)


def macros(actor: Actor, keyword: str = "") -> Sequence[Macro]:
    """Those that *actor* may use, likewise."""
    return _found(_visible(Macro, actor), keyword, lambda one: str(one.steps["words"]))


def saved_reply(actor: Actor, reply_id: int) -> SavedReply:
    """One that *actor* may use. Raises NotAllowed, NotFound."""
    return one(SavedReply, actor, reply_id)


def macro(actor: Actor, macro_id: int) -> Macro:
    """One that *actor* may use. Raises NotAllowed, NotFound."""
    return one(Macro, actor, macro_id)


def one(model: type[Kept], actor: Actor, id_: int) -> Kept:
    """A row of *model* that *actor* may use. Raises NotAllowed, NotFound."""
    policy.require_staff(actor)
    found = db.session.get(model, id_) if 0 < id_ < 2**63 else None
    if found is None or not policy.may_see(actor, found.owner_id, found.is_shared):
        raise NotFound(
            _("There is no such saved reply.")
            if model is SavedReply
            else _("There is no such macro.")
        )
    return found


def folders(kept: Iterable[SavedReply | Macro]) -> list[str]:
    """The folders that are in use, each once."""
    return sorted({one.folder for one in kept} - {""}, key=str.casefold)


def _visible(model: type[Kept], actor: Actor) -> Sequence[Kept]:
    policy.require_staff(actor)
    query = (
        sa.select(model)
        .where(sa.or_(model.is_shared.is_(True), model.owner_id == actor.id))
        .options(joinedload(model.owner))
    )
    # What is in no folder comes first, by the names as people read them.
    return sorted(
        db.session.scalars(query),
        key=lambda one: (one.folder.casefold(), one.name.casefold(), one.id),
    )


def _found(kept: Sequence[Kept], keyword: str, text: Callable[[Kept], str]) -> Sequence[Kept]:
    wanted = words(keyword)
    if not wanted:
        return kept
    by_name: list[Kept] = []
    by_title: list[Kept] = []
    by_words: list[Kept] = []
    for one in kept:
        if has_words(one.name, wanted):
            by_name.append(one)
        elif has_words(f"{one.folder} {one.name}", wanted):
            by_title.append(one)
        elif has_words(f"{one.folder} {one.name} {text(one)}", wanted):
            by_words.append(one)
    return by_name + by_title + by_words
