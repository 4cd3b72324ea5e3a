"""The files of a benchmark's desk, where they are wanted: small ones, and not made durable."""

from pathlib import Path

from helpdesk.database import sqlite_driver


def content_of(attachment_id: int) -> bytes:
    """What is in the file of an attachment."""
    return b"A file of a benchmark, number %d.\n" % attachment_id


def write_files(database: Path, folder: Path) -> None:
    """Write the files of all attachments in *database* where the store has them."""
    connection = sqlite_driver().connect(str(database))
    for id_, name in connection.execute("SELECT id, stored_name FROM attachments"):
        place = folder / name[:2] / name[2:4]
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / name).write_bytes(content_of(id_))
        (place / name).chmod(0o600)
    connection.close()
