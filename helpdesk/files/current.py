"""The store of the application that is running."""

from typing import cast

from flask import current_app

from .interface import Store

EXTENSION = "helpdesk.files"


def store() -> Store:
    """The current app's store, as ``init_app`` put it there."""
    return cast(Store, current_app.extensions[EXTENSION])
