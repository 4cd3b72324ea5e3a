"""``helpdesk import json``: a desk's own export (docs/EXPORT.md) becomes the same desk again.

All of it is one transaction, in an empty desk that nobody serves: whatever is wrong with one line,
and a crash at any moment, leave it as empty as it was. Nothing is told to anybody by it: no mail is
sent, no notice given, and what happened is what the export says.
"""

from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from .... import search
from ....database import db, transaction
from ....errors import HelpdeskError
from ....mail.models import Mailbox, OutgoingMail, Sending
from ....serving import lock_data_folder
from ...exporting.kinds import Kind, kinds
from ...exporting.manifest import MANIFEST, Manifest
from .. import Progress, Report
from . import contents, key, rows, soundness
from .foreign_keys import keys_are_looked_at_last
from .reading import read_manifest
from .sequences import put_in_order
from .sources import Bad, Source, open_source

# What a desk has that was started, but not set up: its place is taken by what is brought in.
_REPLACED = frozenset(
    {"shop", "backup_plan", "jobs", "one_time_links", "mailboxes", "mailbox_checks"}
)
_LEDGERS = ("events", "received_mails")  # from which nothing is ever removed


def bring_in(path: Path, progress: Progress = lambda more: None) -> Report:
    """Make the empty desk at hand what the export in *path* says.

    Raises HelpdeskError: with the file and the line where the export is wrong, and where the desk
    is not empty or is being served.
    """
    with open_source(path) as source, lock_data_folder(current_app.config["HELPDESK"].data):
        manifest = read_manifest(source)
        known = {kind.name: kind for kind in kinds()}
        _require_known(manifest, known)
        key.require_good(manifest.secret_key)
        with transaction():
            _require_empty(known)
            with keys_are_looked_at_last(db.session.connection()):
                _load(source, manifest, known, progress)
            search.fill(progress)
            missing = contents.bring(source, manifest, progress)
            key_remark = key.take(manifest.secret_key)
        return _report(manifest, missing, key_remark)


def size(path: Path) -> int:
    """About how many steps *path* takes, for a bar of progress. Raises HelpdeskError."""
    with open_source(path) as source:
        manifest = read_manifest(source)
    tickets = manifest.kinds.get("tickets")
    words = 0 if tickets is None else tickets.rows
    return sum(part.rows for part in manifest.kinds.values()) + words + manifest.files.rows


def _require_known(manifest: Manifest, known: dict[str, Kind]) -> None:
    unknown = set(manifest.kinds) - set(known)
    if unknown:
        raise Bad(MANIFEST, f"There is no kind {min(unknown)[:60]!r}.")


def _require_empty(known: dict[str, Kind]) -> None:
    for kind in known.values():
        is_there = sa.select(sa.literal(1)).select_from(kind.table).limit(1)
        if kind.name not in _REPLACED and db.session.scalar(is_there) is not None:
            raise HelpdeskError(
                f"This desk is not empty: there is something in {kind.name}. "
                "An export is only brought into an empty one."
            )


def _load(source: Source, manifest: Manifest, known: dict[str, Kind], progress: Progress) -> None:
    for name in _REPLACED:
        db.session.execute(sa.delete(known[name].table))
    for name, kind in known.items():  # one that an older program did not have is not in it
        if name in manifest.kinds:
            rows.load(source, kind, manifest.kinds[name], progress)
    soundness.require_sound(source, known, manifest)
    put_in_order(manifest.sequences, known.values())


def _report(manifest: Manifest, missing: int, key_remark: str) -> Report:
    report = Report()
    for name, part in manifest.kinds.items():
        report.taken[name] = part.rows
    report.taken["files"] = manifest.files.rows - missing
    report.remarks = [sentence for sentence in (key_remark, _missing(missing), _mail()) if sentence]
    return report


def _missing(number: int) -> str:
    return f"Files that were gone from the other desk already: {number}." if number else ""


def _mail() -> str:
    """What mail will do once the desk is served: it may be a copy, and the other one still run."""
    waiting = sa.select(sa.func.count()).where(OutgoingMail.state == Sending.WAITING)
    fetched = sa.select(sa.func.count()).where(Mailbox.is_active, Mailbox.imap_host != "")
    mails, mailboxes = db.session.scalar(waiting) or 0, db.session.scalar(fetched) or 0
    if not mails and not mailboxes:
        return ""
    return (
        f"Once this desk is served, {mailboxes} mailboxes are fetched from and {mails} waiting "
        "mails are sent: please stop the other desk before, or they are twice."
    )
