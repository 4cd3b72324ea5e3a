"""The attachment store: a small interface, the file system behind it."""

from pathlib import Path

from flask import Flask, current_app

from .incoming import IncomingFile
from .names import clean_name, content_disposition
from .sending import send
from .sniff import INLINE, sniff
from .store import FileStore, StoredFile
from .uploads import BadBase64, DeskRequest, discard_leftovers, from_base64

__all__ = [
    "INLINE",
    "BadBase64",
    "DeskRequest",
    "FileStore",
    "IncomingFile",
    "StoredFile",
    "clean_name",
    "content_disposition",
    "from_base64",
    "init_app",
    "send",
    "sniff",
    "store",
]


def init_app(app: Flask, root: Path) -> None:
    """Keep *app*'s files below *root*; uploads stream there, and what nobody kept is removed."""
    app.extensions["helpdesk.files"] = FileStore(root)
    app.request_class = DeskRequest
    app.teardown_request(discard_leftovers)


def store() -> FileStore:
    """The store of the current application."""
    found: FileStore = current_app.extensions["helpdesk.files"]
    return found
