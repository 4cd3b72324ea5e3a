"""The attachment store: files outside of the database, durable before a row names them.

What is about buckets is imported where the settings name one.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from ..settings import Settings
from ..watchdog import watch
from .current import EXTENSION, bucket, store
from .errors import BadBase64, StorageAway, StorageFailed, StorageFull
from .filesystem import FileStore
from .incoming import IncomingFile
from .interface import Known, Store, StoredFile
from .many import at_once
from .names import clean_name, content_disposition
from .pictures import is_bearable
from .sending import send
from .sniff import INLINE, sniff
from .uploads import DeskRequest, from_base64, receive

if TYPE_CHECKING:
    from .buckets import Bucket

__all__ = [
    "INLINE",
    "BadBase64",
    "DeskRequest",
    "FileStore",
    "IncomingFile",
    "Known",
    "StorageAway",
    "StorageFailed",
    "StorageFull",
    "Store",
    "StoredFile",
    "at_once",
    "bucket",
    "bucket_of",
    "clean_name",
    "content_disposition",
    "from_base64",
    "init_app",
    "is_bearable",
    "receive",
    "send",
    "sniff",
    "store",
    "store_in",
]


def init_app(
    app: Flask, root: Path, *, most_files: int = 20, kept_in: "Bucket | None" = None
) -> None:
    """Keep the files of *app* under *root*, or in a bucket, and stream its uploads to *root*.

    *most_files* is how many one form may bring at all; what a message may have is the action's
    to say. Files that no action kept are removed when their request closes.
    """
    app.request_class = DeskRequest
    app.config.setdefault("MAX_FORM_FILES", most_files)
    app.extensions[EXTENSION] = store_in(kept_in, root)
    if kept_in is not None:
        watch(app, lambda: kept_in.trouble or None)


def bucket_of(settings: Settings) -> "Bucket | None":
    """The bucket that the settings name; nothing is asked of it yet."""
    if settings.files_place is None:
        return None
    from .buckets import Bucket

    return Bucket(settings.files_place, settings.files_access_key, settings.files_secret_key)


def store_in(kept_in: "Bucket | None", root: Path) -> Store:
    """The store of the folder *root*, or of one of its name in the bucket."""
    folder = FileStore(root)
    if kept_in is None:
        return folder
    from .remote import RemoteStore

    return RemoteStore(kept_in, root.name, folder)
