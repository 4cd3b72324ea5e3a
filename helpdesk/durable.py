"""What is on the disk for good: it survives a power cut."""

import os
import sys
from pathlib import Path


def settle(path: Path) -> None:
    """Wait until *path* is on the disk: a file's content, or a folder's entries. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_all() -> None:
    """Wait until all that was written is on the disk, by whomever: for many files at once."""
    if sys.platform != "win32":
        os.sync()
