"""The files of an export: durable in the data folder before the rows that name them commit."""

import re
from collections.abc import Iterator
from contextlib import suppress

from ....errors import HelpdeskError
from ....files import store
from ....mail import raw
from ...exporting.files import Named, named
from ...exporting.manifest import FILES, File, Manifest
from .. import Progress
from .reading import chunks, lines
from .sources import Bad, Source

LARGEST_MAIL = 256 * 1024 * 1024  # bytes; a mail is held in memory while it is written
_PATH = re.compile(
    r"attachments/([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}|mail/([0-9a-f]{2})/\3[0-9a-f]{62}\.eml",
    re.ASCII,
)


def bring(source: Source, manifest: Manifest, progress: Progress) -> int:
    """Copy every file that the rows at hand name; how many of them the other desk had no more.

    If it fails, those that were copied are removed again. Raises HelpdeskError.
    """
    missing, brought = 0, 0
    try:
        for number, file, row in _pairs(source, manifest):
            if file.size is None or file.sha256 is None:
                missing += 1
            else:
                _copy(source, file, row, number)
            brought += 1
            progress(1)
    except BaseException:
        _remove(source, manifest, brought + 1)
        raise
    return missing


def _pairs(source: Source, manifest: Manifest) -> Iterator[tuple[int, File, Named]]:
    """The lines of the list of files beside what the rows name: both in the order of the paths."""
    wanted = named()
    for number, file in lines(source, FILES, manifest.files, File):
        if not _PATH.fullmatch(file.path):
            raise Bad(FILES, "This is no path of an export's file.", number)
        row = next(wanted, None)
        if row is None or row.path != file.path:
            raise Bad(FILES, "The files are not those that the rows name, in their order.", number)
        if (file.size is None) is not (file.sha256 is None):
            raise Bad(FILES, "A file has both a size and a hash, or none of them.", number)
        yield number, file, row
    if next(wanted, None) is not None:
        raise Bad(FILES, "It ends before all files that the rows name.")


def _copy(source: Source, file: File, row: Named, number: int) -> None:
    size, sha256 = file.size or 0, file.sha256 or ""
    if row.is_mail:
        if sha256 != row.name or size > LARGEST_MAIL:
            raise Bad(FILES, "This is not the mail that it is called after.", number)
        raw.keep(b"".join(chunks(source, file.path, size, sha256)))
        return
    incoming = store().receive()
    try:
        for chunk in chunks(source, file.path, size, sha256):
            incoming.write(chunk)
        store().keep(incoming, row.name)
    finally:
        incoming.discard()


def _remove(source: Source, manifest: Manifest, most: int) -> None:
    """Remove the first so many files again: nobody names them. Housekeeping finds what is left."""
    with suppress(HelpdeskError):
        for number, _file, row in _pairs(source, manifest):
            if number > most:
                return
            if row.is_mail:
                raw.delete(row.name)
            else:
                store().delete(row.name)
