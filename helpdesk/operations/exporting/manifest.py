"""What an export says of itself: ``manifest.json``, its last member."""

from typing import Annotated

import msgspec

FORMAT = "helpdesk-export"
VERSION = 1
MANIFEST, FILES = "manifest.json", "files.jsonl"
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """A file of lines."""

    rows: Count
    size: Count  # bytes
    sha256: Hash
    columns: list[str]


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A line of ``files.jsonl``. What a row names and nobody has any more has no size."""

    path: str
    size: Count | None
    sha256: Hash | None


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """The parts of an export, and what else it takes to make a desk of it."""

    format: str
    version: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    revision: str  # of the tables (helpdesk/migrations)
    has_secrets: bool
    secret_key: str | None
    sequences: dict[str, Count]  # the last ids that were given, which are never given again
    kinds: dict[str, Part]
    files: Part
