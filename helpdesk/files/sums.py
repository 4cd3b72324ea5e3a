"""What a content comes to, as we compare it and as S3 does."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PART = 5 * 1024 * 1024  # bytes: what is larger is sent in parts of this size, which S3 wants


class Sums(NamedTuple):
    sha256: str
    tag: str  # what S3 calls content that came whole


def sums_of(content: Path | bytes) -> tuple[int, Sums]:
    """The bytes of *content*, and what they come to: what is sent in parts has a tag of those."""
    whole, parts, size = hashlib.sha256(), [], 0
    for part in _parts(content):
        whole.update(part)
        parts.append(hashlib.md5(part, usedforsecurity=False).digest())
        size += len(part)
    is_single = isinstance(content, bytes) or size <= PART
    joined = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()
    tag = parts[0].hex() if is_single else f"{joined}-{len(parts)}"
    return size, Sums(whole.hexdigest(), tag)


def _parts(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        part = file.read(PART)
        yield part
        while part := file.read(PART):
            yield part
