"""A desk of several machines, with what they share: PostgreSQL, a bucket, a mail server."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgresql
from tests.mail import smtp
from tests.rclone import S3
from tests.started import Started, started, working

DATABASE = "several"


@dataclass
class Machine:
    """A data folder of its own, and the settings that all share."""

    folder: Path

    @contextmanager
    def serving(self) -> Iterator[Started]:
        with started(self.folder, "--no-worker") as desk:
            assert desk.url
            yield desk

    @contextmanager
    def working(self) -> Iterator[Started]:
        with working(self.folder) as worker:
            yield worker


@dataclass
class Place:
    """What they have together, and the machines."""

    mails: smtp.Server
    machines: list[Machine]


@contextmanager
def several(folder: Path, count: int = 2) -> Iterator[Place]:
    """*count* machines with folders below *folder*; all that they share ends with the block."""
    with ExitStack() as stack:
        database = postgresql.Server()
        stack.callback(database.remove)
        database.start()
        os.environ[postgresql.SERVER] = str(database.folder)
        postgresql.make(DATABASE)
        (folder / "buckets").mkdir(parents=True)
        bucket = S3(folder / "buckets")
        stack.callback(bucket.stop)
        bucket.make("desk")
        mails = stack.enter_context(smtp.running())
        settings = {
            "DATABASE_URL": postgresql.url_of(DATABASE),
            "HELPDESK_SECRET_KEY": secrets.token_hex(32),
            "HELPDESK_SMTP_URL": mails.url,
            "HELPDESK_MAIL_FROM": "Shop <support@shop.example>",
            **bucket.settings("desk"),
        }
        yield Place(mails, [_machine(folder / f"machine{n}", settings) for n in range(count)])


def _machine(folder: Path, settings: dict[str, str]) -> Machine:
    folder.mkdir()
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (folder / "helpdesk.env").write_text("".join(lines))
    return Machine(folder)
