"""The file of a copy: one JSON for programs, one page for people, and the files themselves."""

import html
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from ..errors import NotFound
from ..files import IncomingFile, store
from ..i18n import gettext as _
from . import collecting

_CHUNK = 1024 * 1024  # bytes
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid #ccc;margin-top:2rem}"
    "blockquote{margin:0 0 1rem;padding-left:1rem;border-left:3px solid #ccc;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
)


class _Stream:
    """A file that only grows, as a zip can be written to: it can't go back in it."""

    def __init__(self, file: IncomingFile) -> None:
        self._file = file

    def write(self, content: bytes, /) -> int:
        return self._file.write(content)

    def flush(self) -> None:
        self._file.flush()


def write(out: IncomingFile, user_id: int, *, with_notes: bool) -> None:
    """Write what there is of this person to *out*, as a zip."""
    stream: Any = _Stream(out)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        who = collecting.person(user_id, with_notes=with_notes)
        others = collecting.elsewhere(user_id)
        names: list[tuple[str, str]] = []
        with archive.open("data.json", "w", force_zip64=True) as member:
            for piece in _json(
                who, _requests(user_id, names, with_notes=with_notes), others, names
            ):
                member.write(piece.encode())
        with archive.open("index.html", "w", force_zip64=True) as member:
            for piece in _page(who, _requests(user_id, [], with_notes=with_notes), others):
                member.write(piece.encode())
        for path, stored_name in names:
            _copy(archive, path, stored_name)


def _requests(
    user_id: int, names: list[tuple[str, str]], *, with_notes: bool
) -> Iterator[dict[str, Any]]:
    """Their requests, each file with its path; *names* has those that are to be copied."""
    for request in collecting.requests(user_id, with_notes=with_notes):
        _place_files(request["number"], request["messages"], names)
        yield request


def _place_files(number: str, messages: list[dict[str, Any]], names: list[tuple[str, str]]) -> None:
    count = 0
    for message in messages:
        for file in message["files"]:
            count += 1
            stored_name = file.pop("storedAs")
            file["path"] = f"files/{number}-{count}-{_safe(file['name'])}"
            names.append((file["path"], stored_name))


def _safe(name: str) -> str:
    """*name* as a part of a path in a zip, wherever that is opened."""
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in name).strip(" .")
    return kept[-80:] or "file"


def _json(
    who: dict[str, Any],
    requests: Iterator[dict[str, Any]],
    others: list[dict[str, Any]],
    names: list[tuple[str, str]],
) -> Iterator[str]:
    for one in others:
        _place_files(one["request"] + "-other", [one], names)
    yield '{\n"person": ' + _text(who) + ',\n"requests": ['
    for number, request in enumerate(requests):
        yield (",\n" if number else "\n") + _text(request)
    yield '\n],\n"wroteElsewhere": ' + _text(others) + "\n}\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _page(
    who: dict[str, Any], requests: Iterator[dict[str, Any]], others: list[dict[str, Any]]
) -> Iterator[str]:
    title = html.escape(_("Personal data of %(name)s", name=who["name"]))
    yield (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    )
    yield f"<p>{html.escape(who['email'])} · {html.escape(who['since'])}</p>"
    facts = {**who["facts"], _("Company"): who["company"]}
    yield "".join(
        f"<p><b>{html.escape(label)}:</b> {html.escape(str(value))}</p>"
        for label, value in facts.items()
        if value not in (None, "")
    )
    for note in who.get("notesAboutThem", ()):
        yield f"<blockquote dir=auto>{html.escape(note['words'])}</blockquote>"
    for request in requests:
        heading = html.escape(f"{request['number']} {request['subject']}")
        yield f"<article><h2 dir=auto>{heading}</h2>"
        for message in request["messages"]:
            yield _shown(message)
        yield "</article>"
    for one in others:
        yield f"<article><h2>{html.escape(one['request'])}</h2>{_shown(one)}</article>"
    yield "</body></html>\n"


def _shown(message: dict[str, Any]) -> str:
    who = {"admin": _("The shop")}.get(message["by"], _("Customer"))
    files = "".join(
        f'<li><a href="{html.escape(file["path"])}">{html.escape(file["name"])}</a></li>'
        for file in message["files"]
    )
    return (
        f"<p>{html.escape(who)} · {html.escape(message['written'])}</p>"
        f"<blockquote dir=auto>{html.escape(message['words'])}</blockquote>"
        + (f"<ul>{files}</ul>" if files else "")
    )


def _copy(archive: zipfile.ZipFile, path: str, stored_name: str) -> None:
    try:
        content = store().open(stored_name)
    except NotFound:
        return
    with content, archive.open(path, "w", force_zip64=True) as member:
        while chunk := content.read(_CHUNK):
            member.write(chunk)
