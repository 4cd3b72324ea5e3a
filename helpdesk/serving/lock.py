"""One server for a data folder at a time, or several of a desk on PostgreSQL."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .sockets import ServingError


@contextmanager
def lock_data_folder(data: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold ``DATA/serve.lock`` meanwhile; the system lets go of it however the process ends.

    *shared* with others who share it: several serve one desk on PostgreSQL. Raises ServingError
    when another process holds it.
    """
    descriptor = os.open(data / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform != "win32":
            import fcntl

            try:
                kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ServingError(
                    f"Another help desk is already serving the data folder {data}."
                ) from None
        yield
    finally:
        os.close(descriptor)
