"""A bucket of an S3-compatible service: what is put there is compared before anybody relies on it.

Nothing of the extra ``s3`` is imported before something is asked of it. Each request has an end and
is tried again a few times; where the service does not answer, whoever comes within the next seconds
is told so at once, so that no thread of the desk waits for a machine that is away.
"""

import hashlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..errors import NotFound
from ..i18n import gettext as _
from ..settings import BucketPlace
from .errors import StorageAway, StorageFailed
from .sums import PART, sums_of

_PARTS_AT_ONCE = 2  # what an upload takes in memory is this many parts
_CONNECTING, _SILENT, _WHOLE = "5s", "15s", "60s"  # of one request
_RETRIES, _RETRYING = 2, timedelta(seconds=20)
RESTS = 5.0  # seconds that a service which did not answer is left alone
_log = logging.getLogger(__name__)
_REFUSALS = ("PermissionDeniedError", "UnauthenticatedError")
_T = TypeVar("_T")


class Listed(NamedTuple):
    """A thing in a bucket."""

    key: str
    size: int  # bytes
    written: datetime


class Bucket:
    """The *place*, whose keys are those of a user of it, or of the machine's role without them."""

    def __init__(
        self, place: BucketPlace, access_key: str | None = None, secret_key: str | None = None
    ) -> None:
        self.place = place
        self._keys = {"access_key_id": access_key, "secret_access_key": secret_key}
        self._lock = threading.Lock()
        self._made: tuple[int, Any] | None = None
        self._rests_until = 0.0
        self.trouble = ""  # what the last request ended with; empty: well

    def put(self, key: str, content: Path | bytes) -> None:
        """Keep *content* under *key*, all of it or nothing, and look whether it came whole.

        Raises StorageFailed; then nothing is there.
        """
        size, sums = sums_of(content)
        obstore = _obstore()

        def send() -> str:
            if isinstance(content, bytes):
                answer = obstore.put(self._store(), key, content, use_multipart=False)
            else:
                with content.open("rb") as file:
                    answer = obstore.put(
                        self._store(), key, file, chunk_size=PART, max_concurrency=_PARTS_AT_ONCE
                    )
            return str(answer["e_tag"] or "").strip('"')

        try:
            tag = self.asked(key, send)
            if self.size(key) != size or (tag != sums.tag and self.sha256(key) != sums.sha256):
                raise StorageFailed(_("The file could not be stored. Please try again."))
        except (StorageFailed, NotFound) as error:
            _log.error("%s did not arrive in the bucket %s", key, self.place.bucket)
            with suppress(StorageFailed, NotFound):
                self.delete(key)
            if isinstance(error, NotFound):  # of something that is put: there is no such bucket
                self.trouble = f"There is no bucket {self.place.bucket}."
                raise StorageAway(_refused()) from error
            raise

    def stream(self, key: str, start: int) -> Iterator[Any]:
        """The bytes of *key* from *start* on, as they come. Raises NotFound, StorageFailed.

        What the iterator raises meanwhile is for :meth:`asked`.
        """
        obstore = _obstore()

        def begin() -> Any:
            options = {"range": {"offset": start}} if start else None
            try:
                return obstore.get(self._store(), key, options=options)
            except obstore.exceptions.GenericError as error:
                if not start or "NotPartial" not in str(error):
                    raise
                # A service that sends a part and calls it the whole (rclone's): all of it, then.
                return obstore.get(self._store(), key)

        found = self.asked(key, begin)
        pieces = iter(found.stream(min_chunk_size=256 * 1024))
        return pieces if found.range[0] == start else _from(pieces, start)

    def read(self, key: str) -> bytes:
        """All of *key*, in memory. Raises NotFound, StorageFailed."""
        return b"".join(self.pieces(key))

    def sha256(self, key: str) -> str:
        """The hash of what is there, which is read for it. Raises NotFound, StorageFailed."""
        found = hashlib.sha256()
        for piece in self.pieces(key):
            found.update(piece)
        return found.hexdigest()

    def pieces(self, key: str) -> Iterator[Any]:
        """All of *key*, as it comes. Raises NotFound, StorageFailed."""
        pieces = self.stream(key, 0)
        while (piece := self.asked(key, lambda: next(pieces, None))) is not None:
            yield piece

    def size(self, key: str) -> int | None:
        """The bytes of *key*, None when it is not there. Raises StorageFailed."""
        try:
            found = self.asked(key, lambda: _obstore().head(self._store(), key))
        except NotFound:
            return None
        return int(found["size"])

    def delete(self, key: str) -> None:
        """Remove *key*; one that is not there is removed already. Raises StorageFailed."""
        with suppress(NotFound):
            self.asked(key, lambda: _obstore().delete(self._store(), key))

    def listed(self, folder: str) -> Iterator[Listed]:
        """Everything in *folder*, by its key. Raises StorageFailed."""
        pages = self.asked(folder, lambda: iter(_obstore().list(self._store(), folder)))
        while True:
            page = self.asked(folder, lambda: next(pages, None))
            if page is None:
                return
            for one in page:
                yield Listed(one["path"], int(one["size"]), one["last_modified"])

    def asked(self, key: str, ask: Callable[[], _T], *, is_last: bool = True) -> _T:
        """What *ask* gets from the service. Raises NotFound, StorageAway, StorageFailed.

        Who would ask again says that it is not the last time.
        """
        if self.rests:
            raise self._away()
        errors = _obstore().exceptions
        try:
            answer = ask()
        except FileNotFoundError as error:
            self.trouble = ""
            raise NotFound(_("This file can't be found any more.")) from error
        except (errors.BaseError, OSError, ValueError) as error:
            _log.error("The bucket %s, asked for %s: %s", self.place.bucket, key, _said(error))
            self.trouble = self._reason(error)
            if self.trouble:
                raise StorageAway(_refused()) from error
            self.trouble = f"The bucket {self.place.bucket} does not answer."
            if is_last:
                self._rests_until = time.monotonic() + RESTS
            raise self._away() from error
        self.trouble = ""
        return answer

    def check(self) -> str:
        """What is wrong with it, tried by putting something there; empty: nothing."""
        key = f"probe/{secrets.token_hex(16)}"
        try:
            next(self.listed("probe"), None)
            self.put(key, b"help desk")
            self.delete(key)
        except (StorageFailed, NotFound) as error:
            return self.trouble or error.message
        return ""

    def _reason(self, error: BaseException) -> str:
        """Why it refuses us, which no waiting mends; empty: it does not answer."""
        said, bucket = str(error), self.place.bucket
        if type(error).__name__ in _REFUSALS or "403 Forbidden" in said:
            return f"The bucket {bucket} refuses the keys of HELPDESK_FILES_ACCESS_KEY."
        return f"There is no bucket {bucket}." if "NoSuchBucket" in said else ""

    @property
    def rests(self) -> bool:
        """Whether it is left alone just now."""
        return time.monotonic() < self._rests_until

    def _away(self) -> StorageAway:
        return StorageAway(
            _("The place where files are kept does not answer. Please try again in a minute.")
        )

    def _store(self) -> Any:
        """The client, a process its own: threads of one that it was forked from are not here."""
        made, process = self._made, os.getpid()
        if made is None or made[0] != process:
            with self._lock:
                made = self._made
                if made is None or made[0] != process:
                    made = self._made = (process, self._client())
        return made[1]

    def _client(self) -> Any:
        from obstore.store import S3Store

        place = self.place
        told: dict[str, Any] = {
            "prefix": place.prefix or None,
            "endpoint": place.endpoint or None,
            "region": place.region or "us-east-1",
            "virtual_hosted_style_request": not place.is_path_style,
            **self._keys,
        }
        return S3Store(
            place.bucket,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "connect_timeout": _CONNECTING,
                "read_timeout": _SILENT,
                "timeout": _WHOLE,
            },
            retry_config={
                "max_retries": _RETRIES,
                "retry_timeout": _RETRYING,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=2),
                    "base": 2,
                },
            },
            **{name: word for name, word in told.items() if word is not None},
        )


def _from(pieces: Iterator[Any], start: int) -> Iterator[Any]:
    """*pieces* without the first *start* bytes."""
    for piece in pieces:
        if len(piece) > start:
            yield memoryview(piece)[start:]
            yield from pieces
            return
        start -= len(piece)


def _refused() -> str:
    return _("Files can't be kept or shown just now. Please tell the shop.")


def _said(error: BaseException) -> str:
    """What *error* says, without the pages that the library adds for its authors."""
    return " ".join(str(error).split("Debug source:")[0].split())[:500]


def _obstore() -> Any:
    """The library. Raises StorageFailed where the extra is not installed."""
    try:
        import obstore
        import obstore.exceptions
    except ImportError as error:
        raise StorageFailed(
            "HELPDESK_FILES_URL names a bucket, which needs more of the program: "
            "pip install 'helpdesk[s3]'."
        ) from error
    return obstore
