"""What is on the disk for good: it survives a power cut."""

import os
from pathlib import Path


def settle(path: Path) -> None:
    """Wait until *path* is on the disk: a file's content, or a folder's entries. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
