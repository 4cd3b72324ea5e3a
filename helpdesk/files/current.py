"""The store of the application that is running."""

from typing import TYPE_CHECKING, cast

from flask import current_app

from .interface import Store

if TYPE_CHECKING:
    from .buckets import Bucket

EXTENSION = "helpdesk.files"


def store() -> Store:
    """The current app's store, as ``init_app`` put it there."""
    return cast(Store, current_app.extensions[EXTENSION])


def bucket() -> "Bucket | None":
    """Where the current app keeps what is no attachment; None: in the data folder."""
    return store().bucket
