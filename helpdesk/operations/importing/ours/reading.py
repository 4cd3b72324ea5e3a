"""Reading an export's members: bit by bit, counted and hashed, each line as what it must be."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, TypeVar

import msgspec

from ...exporting.manifest import FORMAT, MANIFEST, VERSION, Manifest, Part
from ...migrate import revisions
from .sources import Bad, Source

LONGEST_LINE = 128 * 1024 * 1024  # bytes: many times what the longest message takes
LONGEST_MANIFEST = 16 * 1024 * 1024
CHUNK = 1024 * 1024
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)  # what reading raises
_NUL = b"\\u0000"

T = TypeVar("T")


def read_manifest(source: Source) -> Manifest:
    """What the export says of itself. Raises Bad, also where a newer program wrote it."""
    with source.open(MANIFEST) as file:
        text = file.read(LONGEST_MANIFEST + 1)
    if len(text) > LONGEST_MANIFEST:
        raise Bad(MANIFEST, "It is too long.")
    whose = _decoded(text, dict[str, Any], MANIFEST)
    if whose.get("format") != FORMAT:
        raise Bad(MANIFEST, "This is no export of a help desk.")
    version, revision = whose.get("version"), whose.get("revision")
    is_newer = isinstance(version, int) and version > VERSION
    if is_newer or (isinstance(revision, str) and revision > revisions()[-1]):
        raise Bad(
            MANIFEST,
            f"This export is of a newer program (format {version}, revision {revision}) than this "
            f"one (format {VERSION}, revision {revisions()[-1]}). Please install the newer one.",
        )
    manifest = _decoded(text, Manifest, MANIFEST)
    if manifest.revision not in revisions():
        raise Bad(MANIFEST, f"There is no revision {manifest.revision[:40]!r}.")
    return manifest


def lines(source: Source, name: str, part: Part, shape: type[T]) -> Iterator[tuple[int, T]]:
    """Each line of the member *name* with its number, once all of *part* was found right.

    Raises Bad at the first line that is not of *shape*, and at the end where it is not the file
    that the manifest speaks of.
    """
    decoder = msgspec.json.Decoder(shape)
    digest, size, number = hashlib.sha256(), 0, 0
    with source.open(name) as file:
        while line := _line(file, name, number + 1):
            digest.update(line)
            size, number = size + len(line), number + 1
            if size > part.size or number > part.rows:
                raise Bad(name, "There is more in it than the manifest says.", number)
            yield number, _read(line, decoder, name, number)
    if (number, size, digest.hexdigest()) != (part.rows, part.size, part.sha256):
        raise Bad(name, "It is not what the manifest says: it was changed, or is damaged.")


def chunks(source: Source, name: str, size: int, sha256: str) -> Iterator[bytes]:
    """The content of the member *name*. Raises Bad where it isn't of this size and hash."""
    digest, found = hashlib.sha256(), 0
    with source.open(name) as file:
        while chunk := _some(file, name):
            digest.update(chunk)
            found += len(chunk)
            if found > size:
                break
            yield chunk
    if found != size or digest.hexdigest() != sha256:
        raise Bad(name, "It is not what files.jsonl says: it was changed, or is damaged.")


def _line(file: IO[bytes], name: str, number: int) -> bytes:
    try:
        line = file.readline(LONGEST_LINE + 1)
    except BROKEN as error:
        raise Bad(name, f"It can't be read: {error}.", number) from None
    if line and not line.endswith(b"\n"):
        why = "The line is too long." if len(line) > LONGEST_LINE else "The line has no end."
        raise Bad(name, why, number)
    return line


def _some(file: IO[bytes], name: str) -> bytes:
    try:
        return file.read(CHUNK)
    except BROKEN as error:
        raise Bad(name, f"It can't be read: {error}.") from None


def _read(line: bytes, decoder: msgspec.json.Decoder[T], name: str, number: int) -> T:
    try:
        row = decoder.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Bad(name, _why(error), number) from None
    if _NUL in line and _has_nul(msgspec.to_builtins(row)):
        raise Bad(name, "A text has the character NUL, which can't be kept.", number)
    return row


def _decoded(text: bytes, shape: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise Bad(name, _why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "It nests too deep."
    sentence = " ".join(str(error).split())[:300]
    return sentence if sentence.endswith(".") else f"{sentence}."


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list | tuple) and any(map(_has_nul, value))
