"""Whether a database that was brought back is sound, and has what its manifest says."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from ...database import sqlite_driver
from . import layout
from .copying import all_rows, has_table, opened, revision_of
from .layout import Manifest

_SOME = 5  # of what is wrong, to be told


class Check(msgspec.Struct, frozen=True):
    """Something that was looked at. A *warning* was so before the backup was made."""

    name: str
    level: str  # ok, warning, error
    sentence: str


def examine(desk: Path, manifest: Manifest) -> list[Check]:
    """Whether the database in *desk* is sound and has what the manifest says."""
    checks = [Check("content", "ok", f"Each file has its hash ({len(manifest.members)}).")]
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
    return Check("rows", "ok", f"All rows are there: {total}, in {len(tables)} tables.")


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
        return Check("files", "error", f"Files that are not in it: {len(lost)}, such as {lost[0]}.")
    if wrong:
        return Check(
            "files",
            "warning",
            f"When it was made, files were missing ({len(manifest.missing)}) or damaged "
            f"({len(unknown)}) already: {', '.join(wrong[:_SOME])}.",
        )
    return Check("files", "ok", f"All files that rows name are in it, unchanged ({total}).")


def _told_by_rows(connection: Any) -> Iterator[tuple[str, str]]:
    """Every file that a row names, and the hash that the row says."""
    for name, sha256 in connection.execute("SELECT stored_name, sha256 FROM attachments"):
        yield layout.attachment(name), sha256
    if has_table(connection, "received_mails"):
        query = "SELECT sha256 FROM received_mails WHERE sha256 <> '' AND forgotten_at IS NULL"
        for (sha256,) in connection.execute(query):
            yield layout.mail(sha256), sha256
