"""Static files: their address changes with their content, so a browser keeps them for good.

One version stands for the whole folder, so that the modules that a module imports (``./draft.js``)
have it in their address too. Style sheets are folders in ``css/`` whose parts are joined in their
order: a page asks for one file, or two (``_SHEETS``). Comments stay here (stripping.py).
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import PurePosixPath

from flask import Blueprint, Flask, Response, g, request, url_for
from msgspec import Struct

from ..errors import NotFound
from ..i18n import gettext as _
from ..paths import STATIC
from . import compiling, sprite, stripping
from .access import unlimited

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# Of which folders a sheet is made: what all sides share comes along with each, for a first visit.
_SHEETS = {
    "css/portal.css": ("base", "pages", "portal"),
    "css/docs.css": ("base", "pages", "docs"),
    "css/desk.css": ("base", "desk"),
    "css/work.css": ("pages", "work"),
}
_COMPRESSED = (".js", ".css", ".svg")
FOR_GOOD = "max-age=31536000, immutable"  # "public" it is, for nobody need sign in for it


class Asset(Struct, frozen=True):
    """A file as it is sent: plain, and gzipped where that helps."""

    content: bytes
    gzipped: bytes | None
    content_type: str


def init_app(app: Flask, web: Blueprint) -> None:
    """Serve ``static/`` below ``/static/`` and give templates ``asset(path)``."""
    web.add_url_rule("/static/<version>/<path:path>", "asset", _send)
    compiling.constant(app, "asset", asset)
    compiling.constant(app, "icon_url", icon_url)


def asset(path: str) -> str:
    """The address of the static file *path*, which changes when one of them does."""
    if "assets_at" not in g:  # built once a request: a page names a hundred
        g.assets_at = url_for("web.asset", version=_version(), path="-").removesuffix("-")
    return f"{g.assets_at}{path}"


def icon_url(name: str) -> str:
    """The address of an icon."""
    return f"{asset(sprite.file_of(name))}#{name}"


@unlimited
def _send(version: str, path: str) -> Response:
    found = _load(path)
    if found is None:
        raise NotFound(_("There is no such page."))
    answer = Response(found.content, content_type=found.content_type)
    answer.headers["Cache-Control"] = FOR_GOOD if version == _version() else "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    if found.gzipped is not None and request.accept_encodings.quality("gzip") > 0:
        answer.data = found.gzipped
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@cache
def _load(path: str) -> Asset | None:
    """The file at *path*, only if it is one of ours: looked up in a list, never opened by name."""
    if path not in _known_paths():
        return None
    content = _sent(path)
    suffix = PurePosixPath(path).suffix
    guessed = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Asset(
        content,
        gzip.compress(content, 9, mtime=0) if suffix in _COMPRESSED else None,
        _TYPES.get(suffix, guessed),
    )


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(_known_paths()):
        digest.update(path.encode() + b"\0" + _sent(path))
    return digest.hexdigest()[:12]


@cache
def _known_paths() -> frozenset[str]:
    hidden = (".py", ".LICENSE", ".md")
    files = (
        path.relative_to(STATIC).as_posix()
        for path in STATIC.rglob("*")
        if path.is_file() and not path.name.endswith(hidden) and not path.name.startswith(".")
    )
    whole = (path for path in files if not path.startswith("css/"))
    return frozenset(whole) | {sprite.MORE} | _SHEETS.keys()


@cache
def _sent(path: str) -> bytes:
    """What is sent for the file at *path*: what we wrote, stripped; what others wrote, as it is."""
    content = _content(path)
    if path.startswith("js/"):
        return stripping.script(content.decode()).encode()
    return stripping.style_sheet(content.decode()).encode() if path.startswith("css/") else content


def _content(path: str) -> bytes:
    if path in (sprite.FIRST, sprite.MORE):
        return sprite.content(path)
    if path in _SHEETS:
        folders = (STATIC / "css" / name for name in _SHEETS[path])
        parts = (part for folder in folders for part in sorted(folder.glob("*.css")))
        return b"\n".join(part.read_bytes() for part in parts)
    return (STATIC / path).read_bytes()
