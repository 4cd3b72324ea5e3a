"""The store of the application that is running."""

from typing import cast

from flask import current_app

from .buckets import Bucket
from .interface import Store
from .remote import RemoteStore

EXTENSION = "helpdesk.files"


def store() -> Store:
    """The current app's store, as ``init_app`` put it there."""
    return cast(Store, current_app.extensions[EXTENSION])


def bucket() -> Bucket | None:
    """Where the current app keeps what is no attachment; None: in the data folder."""
    found = store()
    return found.bucket if isinstance(found, RemoteStore) else None
