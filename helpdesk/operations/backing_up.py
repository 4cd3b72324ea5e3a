"""Backups by themselves: made once a day, proven, and no more of them kept than the plan says."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app

from .. import audit, clock
from ..accounts.models import User
from ..backups import actions, queries, rotation, shelf
from ..backups.shelf import Proof
from ..database import db, transaction
from ..errors import HelpdeskError
from ..i18n import gettext as _
from ..jobs import GiveUp
from ..paths import PACKAGE
from ..settings import Settings
from ..shop.hours import zone_of
from ..shop.queries import shop
from .archives import proving as archives

AGAIN = timedelta(hours=1)  # after one that failed
LONGEST_PROOF = 6 * 3600  # seconds
SPARE = 1024**3  # bytes that a backup leaves to the desk
_VERIFY = (sys.executable, "-c", "from helpdesk.cli import main; main()", "verify", "--light")


def look(_payload: dict[str, Any]) -> None:
    """The job ``backup.daily``: make a backup once the plan's hour has come.

    A desk that was stopped then makes it once it is back; a new one waits for the first time.
    """
    if not queries.are_made_here():
        return
    plan, now = queries.plan(), clock.now()
    if not plan.is_on or (plan.next_at is not None and plan.next_at > now):
        return
    is_due = plan.next_at is not None
    with transaction():
        row = actions.the_row()
        # Should this kill the process: not again and again.
        row.next_at = now + AGAIN if is_due else queries.next_time(row, now)
    if is_due:
        _make(None)
        with transaction():
            row = actions.the_row()
            row.next_at = queries.next_time(row, clock.now())


def make_now(payload: dict[str, Any]) -> None:
    """The job ``backup.make``: somebody has asked for one."""
    _make(payload.get("by"))


def prove_one(payload: dict[str, Any]) -> None:
    """The job ``backup.prove``: look through the backup of that name."""
    backup = shelf.find(queries.folder(), str(payload["name"]))
    if backup is not None:
        db.session.rollback()
        shelf.keep_proof(backup.path, prove(backup.path))


def _make(by: int | None) -> None:
    """Make one, prove it, and remove what is superfluous then. Raises GiveUp."""
    from .archives.making import Wish, make

    settings: Settings = current_app.config["HELPDESK"]
    actor = None if by is None else db.session.get(User, by)
    zone, plan = zone_of(shop()), queries.plan()
    db.session.rollback()  # so that no snapshot is held while it is made
    try:
        _make_room(settings)
        # What is in a bucket is kept safe by its service, and would be fetched whole each night.
        path = make(settings, wish=Wish(has_files=settings.files_place is None))
    except (HelpdeskError, OSError) as error:
        raise _failed(_("No backup could be made: %(why)s", why=_reason(error))) from None
    with transaction():
        told = {"name": path.name, "size": path.stat().st_size}
        audit.record(audit.Kind.BACKED_UP, actor=actor, details=told)
    db.session.rollback()
    proof = prove(path)
    shelf.keep_proof(path, proof)
    if not proof.ok:
        raise _failed(_("The last backup can't be restored: %(why)s", why=proof.sentence))
    actions.went_well()
    for one in rotation.superfluous(shelf.backups_in(settings.backups), plan, clock.now(), zone):
        shelf.remove(one)


def prove(path: Path) -> Proof:
    """What `helpdesk verify` says of the backup in *path*, in a process of its own.

    There is a whole second desk in that, whose memory would stay with this one.
    """
    environ = os.environ | {"PYTHONPATH": _with_us(os.environ.get("PYTHONPATH", ""))}
    try:
        done = subprocess.run(
            [*_VERIFY, "--json", str(path)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=LONGEST_PROOF,
            check=False,
            env=environ,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Proof(False, clock.now(), _reason(error), 0, 0)
    try:
        return kept(msgspec.json.decode(done.stdout, type=archives.Proof))
    except msgspec.DecodeError:  # it came to no answer, and said why
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Proof(False, clock.now(), " ".join(why), 0, 0)


def kept(proof: archives.Proof) -> Proof:
    """What of *proof* is kept beside its backup."""
    wrong = [check.sentence for check in proof.checks if check.level != "ok"]
    tickets = proof.tables.get("tickets", 0)
    return Proof(proof.ok, clock.now(), " ".join(wrong), tickets, proof.files)


def _make_room(settings: Settings) -> None:
    """Remove the oldest backups where there is no room for another one. Raises OSError."""
    there = shelf.backups_in(settings.backups)
    whole = [one for one in there if one.is_whole]
    if not whole:
        return
    wanted = 2 * whole[0].size + SPARE
    free = shutil.disk_usage(settings.backups).free
    for one in rotation.in_the_way(there, free, wanted):
        shelf.remove(one)


def _failed(sentence: str) -> GiveUp:
    actions.went_wrong(sentence)
    return GiveUp(sentence)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    return str(error) or type(error).__name__


def _with_us(path: str) -> str:
    """Where Python looks for packages: also where this one is."""
    return os.pathsep.join(filter(None, (str(PACKAGE.parent), path)))
