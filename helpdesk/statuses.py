"""The family of errors in HTTP's words: one table for the API (API.md) and for the pages."""

from .errors import (
    HelpdeskError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooMany,
    Unreadable,
    WrongState,
)
from .files.errors import StorageAway, StorageFailed

OUR_FAULT = 500
_STATUS: dict[type[HelpdeskError], int] = {
    Unreadable: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    StorageAway: 503,
    StorageFailed: 507,
}


def status_of(error: HelpdeskError) -> int:
    """The HTTP status that goes with *error*; 500 where it is no answer to what was asked."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), OUR_FAULT)
