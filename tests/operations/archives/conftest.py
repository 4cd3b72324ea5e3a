"""A desk that has some of everything, and its backup."""

import os
import resource
import subprocess
import tarfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.mail import raw
from helpdesk.mail.models import ReceivedMail, Source
from helpdesk.operations.archives.making import make

MAIL = b"From: ana@shop.example\r\nSubject: Lamps\r\n\r\nIt is broken.\r\n"


def tell_nobody(_what, _done, _all):
    """Nobody looks at how far it is."""


@pytest.fixture
def filled(desk, alice, agent):
    """A desk with tickets, files, a logo's worth of mail, and somebody who is signed in."""
    desk.ticket(alice, "A <lamp> & its 'cord'", "It fell.", files=[desk.file("lamp.png")])
    ticket = desk.ticket(alice, "Second")
    desk.reply(agent, ticket, "A new one leaves today.", files=[desk.file("note.txt", b"x" * 9000)])
    desk.ticket(alice, "Third")
    kept = raw.keep(MAIL)
    with transaction():
        db.session.add(
            ReceivedMail(
                source=Source.PIPE, sha256=kept.sha256, size=kept.size, arrived_at=clock.now()
            )
        )
    return desk


@pytest.fixture
def settings(filled):
    return filled.app.config["HELPDESK"]


@pytest.fixture
def backup(settings) -> Path:
    return make(settings)


def names_in(archive):
    with tarfile.open(archive) as tar:
        return tar.getnames()


def leftovers(folder):
    return [path for at in (folder, folder / "backups") for path in at.glob(".helpdesk-*")]


@pytest.fixture
def small_disk(tmp_path):
    """Makes a disk of so many bytes; who may not mount one has no file that is larger."""

    @contextmanager
    def of(size):
        folder = tmp_path / f"disk{size}"
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if os.getuid() == 0 and not subprocess.run(["mount", *options], check=False).returncode:
            try:
                yield folder
                assert list(folder.iterdir()) == []
            finally:
                subprocess.run(["umount", str(folder)], check=True)
            return
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield folder
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return of
