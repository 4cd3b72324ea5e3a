"""The attachment store: files outside of the database, durable before a row names them."""

from pathlib import Path

from flask import Flask

from .current import EXTENSION, store
from .errors import BadBase64, StorageFailed, StorageFull
from .filesystem import FileStore
from .incoming import IncomingFile
from .interface import Store, StoredFile
from .names import clean_name, content_disposition
from .pictures import is_bearable
from .sending import send
from .sniff import INLINE, sniff
from .uploads import DeskRequest, from_base64, receive

__all__ = [
    "INLINE",
    "BadBase64",
    "DeskRequest",
    "FileStore",
    "IncomingFile",
    "StorageFailed",
    "StorageFull",
    "Store",
    "StoredFile",
    "clean_name",
    "content_disposition",
    "from_base64",
    "init_app",
    "is_bearable",
    "receive",
    "send",
    "sniff",
    "store",
]


def init_app(app: Flask, root: Path, *, most_files: int = 20) -> None:
    """Keep the files of *app* under *root*, and stream its uploads there.

    *most_files* is how many one form may bring at all; what a message may have is the action's
    to say. Files that no action kept are removed when their request closes.
    """
    app.request_class = DeskRequest
    app.config.setdefault("MAX_FORM_FILES", most_files)
    app.extensions[EXTENSION] = FileStore(root)
