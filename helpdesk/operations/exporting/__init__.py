"""``helpdesk export``: everything, as JSON and files that another desk becomes the same by.

The format is in docs/EXPORT.md. All rows are of one moment; the same desk makes the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import current_app

from ... import audit
from ...database import db, transaction
from ..migrate import stored_revision
from . import files
from .kinds import Kind, kinds
from .lines import lines
from .manifest import FILES, FORMAT, MANIFEST, VERSION, File, Manifest, Part
from .places import Place, new_place

Progress = Callable[[int], object]  # called with how many more rows and files are done


@dataclass(frozen=True)
class Exported:
    """What is in an export: rows of each kind, files, and how many of them are gone."""

    rows: dict[str, int]
    files: int
    missing: int


def export(dest: Path, *, secrets: bool = True, progress: Progress = lambda more: None) -> Exported:
    """Put everything into *dest*, a new folder or ``.zip``; readable by its owner alone.

    Without *secrets* nobody can sign in by it: neither passwords, tokens nor links. The desk may
    be served meanwhile. Raises HelpdeskError.
    """
    db.session.rollback()  # from here on it is one moment
    try:
        with new_place(dest) as place:
            parts = {
                kind.name: _write_kind(place, kind, secrets=secrets, progress=progress)
                for kind in kinds()
            }
            of_files, missing = _write_files(place, progress)
            _write_manifest(place, parts, of_files, secrets=secrets)
    finally:
        db.session.rollback()
    # Afterwards, so that what becomes of an export is what is in it, and nothing besides.
    with transaction():
        what = "everything" if secrets else "everything but secrets"
        audit.record(audit.Kind.EXPORTED, details={"what": what})
    rows = {name: part.rows for name, part in parts.items()}
    return Exported(rows, of_files.rows, missing)


def size() -> int:
    """About how many rows and files there are, for a bar of progress."""
    counts = (sa.select(sa.func.count()).select_from(kind.table) for kind in kinds())
    return sum(db.session.scalar(query) or 0 for query in counts)


def _write_kind(place: Place, kind: Kind, *, secrets: bool, progress: Progress) -> Part:
    rows = 0
    with place.add(kind.file) as member:
        for line in lines(kind, secrets=secrets):
            member.write(line)
            rows += 1
            progress(1)
    return Part(rows, member.size, member.sha256, list(kind.names))


def _write_files(place: Place, progress: Progress) -> tuple[Part, int]:
    """The files themselves, and their list: aside until they are done, for a zip is one stream."""
    from tempfile import TemporaryFile

    rows = missing = 0
    with TemporaryFile() as listed:
        for named in files.named():
            file = _write_file(place, named)
            listed.write(msgspec.json.encode(file) + b"\n")
            rows += 1
            missing += file.size is None
            progress(1)
        listed.seek(0)
        with place.add(FILES) as member:
            member.copy(listed)
    return Part(rows, member.size, member.sha256, list(File.__struct_fields__)), missing


def _write_file(place: Place, named: files.Named) -> File:
    content = files.opened(named)
    if content is None:
        return File(named.path, None, None)
    with content, place.add(named.path, packs=named.is_mail) as member:
        member.copy(content)
    return File(named.path, member.size, member.sha256)


def _write_manifest(place: Place, parts: dict[str, Part], of_files: Part, *, secrets: bool) -> None:
    manifest = Manifest(
        format=FORMAT,
        version=VERSION,
        revision=stored_revision(db.engine) or "",
        has_secrets=secrets,
        secret_key=current_app.config["HELPDESK"].secret_key if secrets else None,
        sequences=_sequences(),
        kinds=parts,
        files=of_files,
    )
    with place.add(MANIFEST) as member:
        member.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def _sequences() -> dict[str, int]:
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name, seq FROM sqlite_sequence WHERE seq > 0 ORDER BY name"
        found: Any = db.session.execute(sa.text(query))
        return {row[0]: row[1] for row in found}
    last = {"audit": "SELECT last FROM audit_numbers WHERE name = 'audit'"} | {
        kind.name: f"SELECT pg_sequence_last_value(pg_get_serial_sequence('{kind.name}', 'id'))"
        for kind in kinds()
        if kind.never_again and kind.name != "audit"
    }
    given = {name: db.session.scalar(sa.text(last[name])) or 0 for name in sorted(last)}
    return {name: number for name, number in given.items() if number}
