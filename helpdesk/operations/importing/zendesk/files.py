"""What Zendesk exports: objects one a line, or pages of its API; in any files of a folder."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ....errors import HelpdeskError
from .. import Report
from ..opening import opened_by_name

LONGEST = 64_000_000  # bytes of an object, or of a page
_ENDINGS = (".json", ".jsonl", ".ndjson")
_ID_IN_NAME = re.compile(r"(\d{1,19})")
# What the objects of a page are, by the name of their list there.
KINDS = {
    "tickets": "ticket",
    "users": "user",
    "organizations": "organization",
    "comments": "comment",
    "ticket_fields": "field",
    "groups": "group",
    "ticket_events": "event",
}
_ONE = {kind: kind for kind in KINDS.values()} | {"ticket_field": "field", "ticket_event": "event"}
Found = tuple[str, dict[str, Any], str, int]  # kind, object, where it stands, its ticket's id


def objects(path: Path, report: Report) -> Iterator[Found]:
    """Every object in the file *path*, or in the files of that folder; what is none is told.

    Raises HelpdeskError where *path* is a file that has none, but something else.
    """
    is_any = False
    for file in _files(path, report):
        try:
            with opened_by_name(file) as stream:
                for one in _objects(file, stream, report):
                    is_any = True
                    yield one
        except OSError as error:
            report.leave_out(str(file), f"It can't be read: {error.strerror}.")
    if not is_any and report.left_out and not path.is_dir():
        where, why = report.left_out[0]
        raise HelpdeskError(f"{where}: {why}")


def _files(path: Path, report: Report) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    folders = [path]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            report.leave_out(str(folder), f"It can't be opened: {error.strerror}.")
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif entry.name.lower().endswith(_ENDINGS):
                if entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)
                else:
                    report.leave_out(entry.path, "It is no file.")


def _objects(file: Path, stream: BinaryIO, report: Report) -> Iterator[Found]:
    """Line by line where each is an object, as in an export; else the whole is one page."""
    line = 0
    while raw := stream.readline(LONGEST):
        line += 1
        where = f"{file}, line {line}"
        if not raw.strip():
            continue
        found = _parsed(raw)
        if found is None and line == 1:
            raw += stream.read(LONGEST)
            found, where = _parsed(raw), str(file)
        if found is None:
            report.leave_out(where, "It is no JSON, or too long.")
            if not raw.endswith(b"\n"):
                return
            continue
        yield from _kinds_of(found, file, where, report)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _kinds_of(found: Any, file: Path, where: str, report: Report) -> Iterator[Found]:
    ticket_id = _ticket_of(file)
    if isinstance(found, list):
        for one in found:
            yield from _kinds_of(one, file, where, report)
        return
    if not isinstance(found, dict):
        report.leave_out(where, "It is no object.")
        return
    is_page = False
    for name, kind in (*KINDS.items(), *_ONE.items()):
        held = found.get(name)
        if name in KINDS and isinstance(held, list) and "subject" not in found:
            is_page = True
            for one in held:
                if isinstance(one, dict):
                    yield kind, one, where, ticket_id
        elif name in _ONE and isinstance(held, dict) and len(found) == 1:
            is_page = True
            yield kind, held, where, ticket_id
    if not is_page:
        kind = _kind_of(found, file)
        if kind:
            yield kind, found, where, ticket_id
        else:
            report.leave_out(where, "It is no ticket, person, organisation or comment.")


def _kind_of(found: dict[str, Any], file: Path) -> str:
    """What an object that stands alone is: by what it has, else by the file's name."""
    if "requester_id" in found or ("subject" in found and "status" in found):
        return "ticket"
    if "author_id" in found and "body" in found:
        return "comment"
    if "role" in found and "email" in found:
        return "user"
    if "domain_names" in found:
        return "organization"
    stem = file.stem.lower()
    return next((kind for name, kind in KINDS.items() if stem.startswith(name)), "")


def _ticket_of(file: Path) -> int:
    """The ticket whose comments *file* has, by the number of its folder or in its name; else 0."""
    if file.parent.name.isdecimal():
        return int(file.parent.name[:19])
    numbers = _ID_IN_NAME.findall(file.stem)
    return int(numbers[-1]) if numbers else 0
