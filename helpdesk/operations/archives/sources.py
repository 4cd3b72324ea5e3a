"""Where the files of a backup come from: the data folder, or for some of them the bucket."""

import io
from pathlib import Path
from typing import BinaryIO, cast

from ...files import bucket_of
from ...files.remote_file import RemoteFile
from ...settings import Settings

_IN_BUCKET = ("attachments/", "mail/")
_BLOCK = 1024**2  # bytes


class Sources:
    """The files of the desk of *settings*, by the names that they have in a backup."""

    def __init__(self, settings: Settings) -> None:
        self._data: Path = settings.data
        self._bucket = bucket_of(settings)

    def size(self, name: str) -> int:
        """Its bytes; 0 for one of the bucket, for which the rows are asked: it may be a million."""
        return 0 if self._is_remote(name) else (self._data / name).stat().st_size

    def open(self, name: str) -> BinaryIO:
        """Its content. Raises FileNotFoundError, OSError, StorageFailed."""
        if self._bucket is None or not self._is_remote(name):
            return (self._data / name).open("rb")
        size = self._bucket.size(name)
        if size is None:
            raise FileNotFoundError(name)
        return cast(BinaryIO, io.BufferedReader(RemoteFile(self._bucket, name, size), _BLOCK))

    def _is_remote(self, name: str) -> bool:
        return self._bucket is not None and name.startswith(_IN_BUCKET)
