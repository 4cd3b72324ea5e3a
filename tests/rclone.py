"""A real server that speaks S3: rclone's own, over a folder of this machine."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from flask import has_app_context

from helpdesk.database import db
from helpdesk.files.buckets import Bucket
from helpdesk.settings.places import BucketPlace

# Kept by a name that is no setting of a desk: commands that tests call would refuse it.
ASKED = "DESKS_FILES_IN"
if "HELPDESK_TEST_FILES" in os.environ:
    os.environ[ASKED] = os.environ.pop("HELPDESK_TEST_FILES")
ACCESS_KEY, SECRET_KEY = "HELPDESKTESTS", "a-secret-of-the-tests"
_MAKES_DESKS = ("helpdesk.operations.demo", "helpdesk.operations.importing.ours")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def is_asked_for() -> bool:
    """Whether desks are to have their files in a bucket."""
    return os.environ.get(ASKED, "folder") == "s3"


def program() -> str:
    """Where rclone is: the wheel puts it beside Python."""
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if found is None:
        pytest.skip("rclone is not installed")
    return found


@contextmanager
def never_inside_a_transaction() -> Iterator[None]:
    """Let a test fail that waits for another machine while it keeps everybody from writing."""
    real = Bucket.asked

    def asked(self: Bucket, key: str, *args: Any, **options: Any) -> Any:
        is_alone = "writing" not in _session_info() or _fills_an_empty_desk()
        assert is_alone, f"asked for {key} inside a transaction()"
        return real(self, key, *args, **options)

    Bucket.asked = asked  # type: ignore[method-assign]
    yield
    Bucket.asked = real  # type: ignore[method-assign]


def _fills_an_empty_desk() -> bool:
    """Whether a desk is being made that nobody uses yet."""
    frame: Any = sys._getframe()
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(_MAKES_DESKS):
            return True
        frame = frame.f_back
    return False


def _session_info() -> dict[str, Any]:
    return db.session().info if has_app_context() else {}


class S3:
    """The server. Each folder of *root* is a bucket; it can be stopped and started again."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root, self.options = root, options
        self.endpoint = ""
        self.start()

    def start(self) -> None:
        port = self.endpoint.rpartition(":")[2] or "0"
        self.process = subprocess.Popen(
            [
                *(program(), "serve", "s3", "--addr", f"127.0.0.1:{port}"),
                *("--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--dir-cache-time", "1ms"),
                *(*self.options, str(self.root)),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "RCLONE_CONFIG": os.devnull},
        )
        told: SimpleQueue[str] = SimpleQueue()

        def read() -> None:
            assert self.process.stderr is not None
            for line in self.process.stderr:
                if found := _ADDRESS.search(line):
                    told.put(found[0])

        threading.Thread(target=read, daemon=True).start()
        try:
            self.endpoint = told.get(timeout=30)
        except Empty:
            self.process.kill()
            raise RuntimeError("rclone does not start") from None

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def make(self, bucket: str) -> Path:
        """The folder of a new, empty *bucket*."""
        folder = self.root / bucket
        folder.mkdir()
        return folder

    def place(self, bucket: str, prefix: str = "") -> BucketPlace:
        return BucketPlace(bucket, prefix, self.endpoint, "", True)

    def bucket(self, bucket: str, prefix: str = "", **keys: str) -> Bucket:
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **keys}
        return Bucket(self.place(bucket, prefix), **keys)

    def empty(self, bucket: str, prefix: str) -> None:
        """Remove all that is there: by itself it would not notice at once."""
        if not any(path.is_file() for path in (self.root / bucket / prefix).rglob("*")):
            return  # most tests have no file, and to ask takes ten times as long as to look
        place = self.bucket(bucket, prefix)
        for folder in ("attachments", "mail", "personal"):
            for one in list(place.listed(folder)):
                place.delete(one.key)

    def settings(self, bucket: str, prefix: str = "") -> dict[str, str]:
        """What a desk is told, to keep its files there."""
        return {
            "HELPDESK_FILES_URL": self.place(bucket, prefix).url,
            "HELPDESK_FILES_ACCESS_KEY": ACCESS_KEY,
            "HELPDESK_FILES_SECRET_KEY": SECRET_KEY,
        }

    def let_use(self, folder: Path, bucket: str, prefix: str = "") -> None:
        """Let the desk of a data *folder* keep its files there, whoever opens it."""
        told = self.settings(bucket, prefix)
        with (folder / "helpdesk.env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in told.items())
