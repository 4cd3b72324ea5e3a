"""Erasing a person: nobody can find out any more who they were or what they wrote.

What they may do ends at once, with their name; the rest is a job, a few tickets in a transaction,
which goes on where it was if the desk is stopped. Their tickets are still counted. It can't be
taken back, and backups that were made before still have them.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask

from .. import audit, clock, jobs
from ..accounts import sessions
from ..accounts.models import NOBODYS, Actor, Role, User
from ..database import db, transaction
from ..errors import Conflict, HelpdeskError, Invalid, WrongState
from ..events import Event
from ..files import store
from ..i18n import gettext as _
from ..i18n import lazy
from ..mail import raw
from ..tickets.models import Follower, Message, Ticket
from ..webhooks import forgetting as webhooks
from . import archives, coming, emptying, handing_over, mails, naming, policy, scrubbing, whose
from .models import Erasure

ERASE = "privacy.erase"  # the job
NAME, STAFF_NAME = "Erased person", "Former colleague"  # the latter under what staff answered
_TICKETS = 50  # in a transaction
_LOOKS = 20  # at the mails that wait, while more of them come


def init_app(app: Flask) -> None:
    """Let the worker of *app* erase whom an admin wants to be erased."""
    jobs.register(app, ERASE, partial(_run, app), title=lazy("Erase a person"), lane="privacy")


def erase(actor: Actor, user: User, typed: str, *, successor_id: int | None = None) -> Erasure:
    """Erase *user*, whose address is *typed* to show that it is really them who is meant.

    Of the staff: *successor_id* takes over open tickets, which are nobody's else, and what they
    share, which is *actor*'s else.

    Raises NotAllowed; Invalid (``typed``, ``successor``); WrongState for the last admin, for an
    account that was merged into another, and where it was done before; Conflict while mails come
    faster than they are looked into.
    """
    policy.require_erase(actor)
    seen: coming.Seen = {}
    for _attempt in range(_LOOKS):
        seen = coming.look(_addresses(whose.accounts_of(user.id)), seen)
        with suppress(coming.Came):
            return _erase(actor, user, typed, successor_id, seen)
    raise Conflict(_("Many mails are coming just now. Please try again in a minute."))


def _erase(
    actor: Actor, user: User, typed: str, successor_id: int | None, seen: coming.Seen
) -> Erasure:
    """Raises Came where there is a mail that waits, and that nobody has *seen*."""
    with transaction():
        _require_possible(user, typed)
        handing_over.check_successor(user, successor_id)
        ids = whose.accounts_of(user.id)
        addresses = _addresses(ids)
        erasure = Erasure(
            user_id=user.id,
            asked_by_id=actor.id,
            asked_at=clock.now(),
            sought={"accounts": ids, "addresses": addresses, "marks": naming.marks_of(ids)},
            counts={},
        )
        db.session.add(erasure)
        db.session.flush()
        touched = _took_part(ids)
        unfiled = coming.drop(seen)
        more = {"touched": touched, "unfiled": unfiled, "successor": successor_id}
        erasure.sought = {**(erasure.sought or {}), **more}
        erasure.counts = {
            "rows": whose.delete_rows(ids),
            "archives": archives.drop_all(ids),
            "unfiled": len(unfiled),
            "unsent": coming.keep_back(addresses),
            **handing_over.settle(ids, actor, successor_id),
        }
        whose.forget_imports(addresses)
        for one in db.session.scalars(sa.select(User).where(User.id.in_(ids))):
            _forget_account(one)
        audit.record(audit.Kind.ERASED, actor=actor, subject=user)
        jobs.enqueue(ERASE, {"erasure_id": erasure.id}, key=str(erasure.id))
    return erasure


def _require_possible(user: User, typed: str) -> None:
    known = sa.select(Erasure.id).where(Erasure.user_id == user.id)
    if db.session.scalar(known) is not None:
        raise WrongState(_("This person was erased already."))
    if typed.strip().lower() != user.email:
        raise Invalid({"typed": [_("This is not their address.")]})
    if user.merged_into_id is not None:
        raise WrongState(_("This account was merged into another: erase that one."))
    others = sa.select(User.id).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user.id
    )
    if user.is_admin and db.session.scalar(others.limit(1)) is None:
        raise WrongState(_("This is the last admin: the desk would be without one."))


def _addresses(ids: Sequence[int]) -> list[str]:
    return list(db.session.scalars(sa.select(User.email).where(User.id.in_(ids))))


def _took_part(ids: Sequence[int]) -> list[int]:
    """Others' tickets in which they wrote, or got the answers."""
    wrote = sa.select(Message.ticket_id).where(Message.author_id.in_(ids))
    follows = sa.select(Follower.ticket_id).where(Follower.user_id.in_(ids))
    query = sa.select(Ticket.id).where(
        Ticket.id.in_(wrote.union(follows)), Ticket.requester_id.not_in(ids)
    )
    return list(db.session.scalars(query))


def _forget_account(user: User) -> None:
    sessions.end_all(user)  # and the streams of pages that are open
    user.name = STAFF_NAME if user.is_staff else NAME
    user.email = f"erased-{user.id}@{NOBODYS}"
    user.password_hash, user.company_id, user.language = None, None, "en"
    user.disabled_at = user.disabled_at or clock.now()
    user.modified_at = clock.now()


def _run(app: Flask, payload: dict[str, Any]) -> None:
    with app.app_context():
        erasure = db.session.get(Erasure, payload["erasure_id"])
        if erasure is None or erasure.finished_at is not None:
            return
        id_, sought = erasure.id, erasure.sought
        if sought is not None:
            _find_and_empty(id_, sought)
        _finish(id_)


def _find_and_empty(id_: int, sought: dict[str, Any]) -> None:
    """Do what is left to do. Each step can be done twice."""
    ids: list[int] = sought["accounts"]
    asked_by = db.session.get_one(Erasure, id_).asked_by
    handed = handing_over.hand_over_tickets(ids, asked_by, sought.get("successor"))
    with transaction():
        _count(id_, handed=handed)
    while tickets := _next(id_, ids):
        _step(id_, tickets)
    _rest(id_, ids, sought)
    erasure = db.session.get_one(Erasure, id_)
    named = naming.replace_marks(erasure, sought["marks"])
    with transaction():
        erasure = db.session.get_one(Erasure, id_)
        erasure.counts = {**erasure.counts, "named": erasure.counts.get("named", 0) + named}
        erasure.sought = None  # and so nothing is left that says who it was


def _finish(id_: int) -> None:
    left = scrubbing.scrub()
    with transaction():
        erasure = db.session.get_one(Erasure, id_)
        erasure.counts = {**erasure.counts, **left}
        erasure.finished_at = clock.now()


def _next(erasure_id: int, ids: Sequence[int]) -> list[int]:
    done_to = sa.select(Erasure.done_to).where(Erasure.id == erasure_id).scalar_subquery()
    query = (
        sa.select(Ticket.id)
        .where(Ticket.requester_id.in_(ids), Ticket.id > done_to)
        .order_by(Ticket.id)
        .limit(_TICKETS)
    )
    db.session.rollback()
    return list(db.session.scalars(query))


def _step(erasure_id: int, tickets: list[int]) -> None:
    """Empty these tickets. Files go after the rows, and before it is noted that they are done."""
    with transaction(), naming.blanking(erasure_id):
        counted = sa.select(sa.func.count()).where(Message.ticket_id.in_(tickets))
        messages = db.session.scalar(counted) or 0
        names = emptying.empty_tickets(tickets)
        webhooks.forget_tickets(tickets)
        hashes = mails.forget_of_tickets(tickets)
        _count(erasure_id, tickets=len(tickets), messages=messages, files=len(names))
    removed = _remove(names, hashes)
    with transaction():
        _count(erasure_id, mails=removed)
        change = sa.update(Erasure).where(Erasure.id == erasure_id)
        db.session.execute(change.values(done_to=tickets[-1]))
    db.session.expire_all()


def _rest(erasure_id: int, ids: Sequence[int], sought: dict[str, Any]) -> None:
    """What is theirs beside their tickets: words on others' tickets, events, mails."""
    held = mails.held_from(sought["addresses"])
    with transaction(), naming.blanking(erasure_id):
        names = emptying.empty_messages(ids) + emptying.drop_drafts(ids)
        webhooks.forget_tickets(sought["touched"])
        webhooks.forget_deeds(ids)
        emptying.blank_events(sa.or_(Event.user_id.in_(ids), Event.actor_id.in_(ids)))
        hashes = mails.forget_in_tickets(sought["touched"])
        hashes += mails.forget_of_address(sought["addresses"], held)
        hashes += sought.get("unfiled", [])
        _count(erasure_id, files=len(names))
    removed = _remove(names, hashes)
    with transaction():
        _count(erasure_id, mails=removed)


def _count(erasure_id: int, **more: int) -> None:
    erasure = db.session.get_one(Erasure, erasure_id, populate_existing=True)
    known = dict(erasure.counts)
    for name, number in more.items():
        known[name] = known.get(name, 0) + number
    erasure.counts = known
    db.session.flush()


def _remove(names: Sequence[str], hashes: Sequence[str]) -> int:
    """Remove files and mails from the disk; how many mails that were."""
    for name in names:
        with suppress(HelpdeskError):  # housekeeping finds what could not be removed now
            store().delete(name)
    gone = set(hashes) - mails.still_named(hashes)
    for sha256 in gone:
        raw.delete(sha256)
    return len(gone)
