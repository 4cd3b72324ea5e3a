"""Files of strangers, opened without being led somewhere else."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from ...errors import HelpdeskError


def opened(path: Path) -> BinaryIO:
    """*path*, if it is a file: no link, no pipe, no device. Raises HelpdeskError, OSError."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise HelpdeskError(f"It can't be opened: {error.strerror}.") from None
    except ValueError:  # NUL, half a pair
        raise HelpdeskError("It has a name that no file can have.") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise HelpdeskError("It is no file.")
    return open(handle, "rb")  # noqa: PTH123


def opened_by_name(path: Path) -> BinaryIO:
    """The same for a file that a person has named: then what is wrong names it, too."""
    try:
        return opened(path)
    except HelpdeskError as error:
        raise HelpdeskError(f"{path}: {error}") from None
