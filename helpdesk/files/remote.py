"""The store in a bucket: PREFIX/attachments/ab/cd/<32 hexadecimal digits>.

A file comes in on the disk of the machine that receives it, and is a file of the store once the
bucket has all of it. So nothing is ever seen there that is not whole.
"""

import io
import itertools
import logging
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import partial
from typing import BinaryIO, cast

from ..errors import NotFound
from ..i18n import gettext as _
from .buckets import Bucket
from .errors import StorageFailed
from .filesystem import BATCH, FileStore, kind_of
from .incoming import IncomingFile, failure
from .interface import Known, StoredFile
from .many import at_once
from .remote_file import RemoteFile

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BLOCK = 64 * 1024  # bytes
_REPLACED = "replaced-*"  # what a restore has put aside in the data folder
_log = logging.getLogger(__name__)


class RemoteStore:
    """Keeps files in *bucket*, in its *folder*; *local* is for what comes in. Any thread's."""

    is_local = False

    def __init__(self, bucket: Bucket, folder: str, local: FileStore) -> None:
        self.bucket, self._folder, self._local = bucket, folder, local

    def receive(self, limit: int | None = None, file_name: str = "") -> IncomingFile:
        """An empty temporary file. *limit* is in bytes. Raises StorageFull or StorageFailed."""
        return self._local.receive(limit, file_name)

    def keep(self, incoming: IncomingFile, name: str = "") -> StoredFile:
        """Have the bucket keep *incoming* under a random name, or the *name* that it had.

        Raises StorageFailed; nothing of the file is left then, here or there.
        """
        if incoming.ahead is not None:
            stored, incoming.ahead = incoming.ahead, None
            incoming.discard()
            return stored
        return self._sent(incoming, name or secrets.token_hex(16))

    def send_ahead(self, incoming: IncomingFile) -> None:
        """Have the bucket keep *incoming* already. Raises StorageFailed."""
        stored = self._sent(incoming, secrets.token_hex(16))
        incoming.ahead, incoming.drop_ahead = stored, partial(self._drop, stored.name)

    def _drop(self, name: str) -> None:
        with suppress(StorageFailed):  # the sweep finds what could not be removed now
            self.delete(name)

    def _sent(self, incoming: IncomingFile, name: str) -> StoredFile:
        if incoming.closed:
            raise ValueError("only an open file can be kept, and once")
        try:
            incoming.flush()
            kind = kind_of(incoming)
            self.bucket.put(self._key(name), incoming.path)
        except OSError as error:
            raise failure(error) from error
        finally:
            incoming.discard()
        return StoredFile(name, incoming.size, incoming.sha256, kind)

    def open(self, name: str) -> BinaryIO:
        """The content of *name*, which comes as it is read. Raises NotFound, StorageFailed."""
        size = self.size(name)
        if size is None:
            raise _gone(name)
        raw = RemoteFile(self.bucket, self._key(name), size)
        return cast(BinaryIO, io.BufferedReader(raw, _BLOCK))

    def size(self, name: str) -> int | None:
        """The bytes of *name*, None when it is not there. Raises NotFound for no possible name."""
        return self.bucket.size(self._key(name))

    def sizes(self, names: Sequence[str]) -> list[int | None]:
        """The bytes of each of *names*, asked for at once. Raises StorageFailed."""
        return at_once(self.size, names)

    def delete(self, name: str) -> None:
        """Remove *name*; one that is not there is removed already, one that is held is swept later.

        Its row is gone by now, and that is committed.
        """
        key = self._key(name)
        with self.removing() as may_remove:
            if may_remove:
                self.bucket.delete(key)

    def held(self, on_wait: Callable[[], None] = lambda: None) -> AbstractContextManager[None]:
        """Keep every file meanwhile. Another one who holds is waited for, and *on_wait* called."""
        return self._local.held(on_wait)

    def removing(self) -> AbstractContextManager[bool]:
        """Whether files may be removed now: nobody holds, nor will before the block ends."""
        return self._local.removing()

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every stored name and when the bucket had it. Other things there are left out."""
        for one in self.bucket.listed(self._folder):
            name = one.key.rpartition("/")[2]
            if _NAME.fullmatch(name) and one.key == self._key(name):
                yield name, one.written

    def sweep(self, known: Known, older_than: datetime) -> list[str]:
        """Remove stored files that *known* does not know, if older, as the other store does.

        Not as long as the desk's folder has another one that a restore put aside: the bucket is
        both desks', and only that one's rows name its files.
        """
        removed = self._local.sweep_unfinished(older_than)
        if any(self._local.root.parent.glob(_REPLACED)):
            return removed
        old = (name for name, written in self.names() if written < older_than)
        while batch := list(itertools.islice(old, BATCH)):
            named = known(batch)
            with self.removing() as may_remove:  # asked last: who holds from now on sees no row
                if not may_remove:
                    return removed
                removed += [n for n in batch if n not in named and self._removed(n)]
        return removed

    def _removed(self, name: str) -> bool:
        try:
            self.bucket.delete(self._key(name))
        except StorageFailed:
            return False
        return True

    def _key(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise _gone(name)
        return f"{self._folder}/{name[:2]}/{name[2:4]}/{name}"


def _gone(name: str) -> NotFound:
    _log.warning("No stored file is named %.64r", name)
    return NotFound(_("This file can't be found any more."))
