"""Holding files while a backup is made of them."""

import errno
import os

from helpdesk.files.holding import held


def test_files_on_a_disk_that_became_read_only_are_held_too(tmp_path, monkeypatch):
    lock, system_open = tmp_path / "files.lock", os.open

    def read_only(path, flags, *mode):
        if flags & (os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return system_open(path, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    with held(lock):
        assert not lock.exists()
