"""What is in a backup: a tar of plain files under names that we make, its manifest at the end.

No name has a word that anybody has typed, so whatever else is in an archive is none of ours.
"""

import re
from typing import Final

import msgspec

from ...errors import HelpdeskError

FORMAT: Final = 1
SUFFIX: Final = ".tar"
MANIFEST: Final = "manifest.json"
DATABASE, COMPRESSED = "helpdesk.db", "helpdesk.db.gz"
SECRET, ENVIRONMENT = "secret_key", "helpdesk.env"
LARGEST_MANIFEST: Final = 512 * 1024**2  # bytes: two million files
LARGEST_SMALL: Final = 1024**2  # bytes of the secret key, of the settings

_NAMES = re.compile(
    r"manifest\.json|helpdesk\.db(?:\.gz)?|secret_key|helpdesk\.env"
    r"|attachments/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}"
    r"|mail/([0-9a-f]{2})/\3[0-9a-f]{62}\.eml",
    re.ASCII,
)


class BadBackup(HelpdeskError):
    """A file that is no backup, or not whole, or was changed."""


class Member(msgspec.Struct, frozen=True):
    """A file of the archive. *size* is in bytes, as it is stored; so is what *sha256* is of."""

    name: str
    size: int
    sha256: str


class Copied(msgspec.Struct, frozen=True):
    """The database as it is once unpacked."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    format: int
    program: str  # the version that made it
    revision: str  # of the database's tables
    made_at: str  # ISO 8601, UTC: the moment that the database shows
    has_files: bool  # attachments and mails; one that an upgrade makes has the database alone
    database: Copied
    tables: dict[str, int]  # name → rows
    missing: list[str]  # files that rows named, and that were not there when it was made
    members: list[Member]  # all but the manifest, in their order


def is_ours(name: str) -> bool:
    """Whether a file in a backup may have this name."""
    return _NAMES.fullmatch(name) is not None


def attachment(stored_name: str) -> str:
    """What the attachment of that stored name is called."""
    return f"attachments/{stored_name[:2]}/{stored_name[2:4]}/{stored_name}"


def mail(sha256: str) -> str:
    """What the mail with that hash is called."""
    return f"mail/{sha256[:2]}/{sha256}.eml"
