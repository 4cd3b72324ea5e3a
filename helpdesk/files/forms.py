"""Reading forms, so that whatever is wrong with them can be said, and none takes all memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    State,
)

from ..errors import TooLarge, Unreadable
from ..i18n import gettext as _
from .errors import StorageFailed

_BLOCK = 64 * 1024  # bytes
_LONGEST_HEAD = 16 * 1024  # bytes before the words of a part
# Of a form without files. Its words take a multiple of their bytes, as pairs, and at that three or
# twelve bytes a letter: the longest text that a message may have is 1.2 MB in the worst case.
_LARGEST, _MOST_PAIRS = 3 * 1024 * 1024, 5000
_CHARSETS = {"utf-8", "us-ascii", "ascii", "iso-8859-1"}  # of a part that names its own


@dataclass
class _Part:
    """A field or a file that is being read."""

    head: Field | File
    file: IO[bytes] | None
    text: list[bytes] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.head.name or ""

    def write(self, data: bytes) -> None:
        if self.file is None:
            self.text.append(data)
        else:
            self.file.write(data)

    def as_text(self) -> str:
        """What a field says. Raises Unreadable: a letter that is lost would be lost for good."""
        try:
            return b"".join(self.text).decode(self._charset())
        except UnicodeDecodeError:
            name = self.head.name or ""
            raise Unreadable(
                _("The text of the field %(field)s is not UTF-8.", field=name)
            ) from None

    def as_file(self) -> FileStorage:
        assert self.file is not None and isinstance(self.head, File)  # noqa: S101
        self.file.seek(0)
        return FileStorage(self.file, self.head.filename, self.name, headers=self.head.headers)

    def _charset(self) -> str:
        given = self.head.headers.get("content-type", "").lower().rpartition("charset=")
        named = given[2].strip(' "') if given[1] else ""
        return named if named in _CHARSETS else "utf-8"


class FormParser(FormDataParser):
    """Werkzeug's parser of forms (RFC 7578 and the older kind), in sentences.

    That one takes a gigabyte for a million empty fields, says "too large" for too many parts too,
    and keeps text that is not UTF-8 with its letters replaced. A text is as long as the form may
    be: the action that takes it says how long it may be, and names it. Raises TooLarge,
    Unreadable; ValueError for a form cut off; StorageFailed where the disk took a file not: the
    rest is read even so, and *words* has the fields.
    """

    words: MultiDict[str, str] | None = None
    _failure: StorageFailed | None = None

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("a form without a boundary")
        fields: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        for part in self._parts(_events(stream, MultipartDecoder(boundary)), content_length):
            if len(fields) + len(files) == self.max_form_parts:
                raise TooLarge(
                    _("This form has too many parts: at most %(most)s.", most=self.max_form_parts)
                )
            if part.file is None:
                fields.append((part.name, part.as_text()))
            else:
                with self._noting_failure():
                    files.append((part.name, part.as_file()))
        if self._failure is not None:
            self.words = self.cls(fields)
            raise self._failure
        return stream, self.cls(fields), self.cls(files)

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise TooLarge(_("This form is too large without files: at most 3 MB."))
        if content.count(b"&") >= _MOST_PAIRS:
            raise TooLarge(_("This form has too many parts: at most %(most)s.", most=_MOST_PAIRS))
        return super()._parse_urlencoded(BytesIO(content), mimetype, len(content), options)

    def _parts(self, events: Iterator[Event], content_length: int | None) -> Iterator[_Part]:
        part: _Part | None = None
        for event in events:
            if isinstance(event, Field):
                part = _Part(event, None)
            elif isinstance(event, File):
                part = None  # and so it stays where the disk takes it not
                with self._noting_failure():
                    part = _Part(event, self._open(event, content_length))
            elif isinstance(event, Data) and part is not None:
                is_written = False
                with self._noting_failure():
                    part.write(event.data)
                    is_written = True
                if not is_written:
                    part = None
                elif not event.more_data:
                    yield part

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        """Go on where the disk refuses a file: the words of the form may come after it."""
        try:
            yield
        except StorageFailed as error:
            self._failure = self._failure or error

    def _open(self, head: File, content_length: int | None) -> IO[bytes]:
        return self.stream_factory(
            total_content_length=content_length,
            filename=head.filename,
            content_type=head.headers.get("content-type"),
            content_length=None,
        )


def _events(stream: IO[bytes], decoder: Any) -> Iterator[Event]:
    """What *decoder* finds in *stream*, to its end."""
    is_read = False
    while not is_read:
        data = stream.read(_BLOCK)
        is_read = not data
        decoder.receive_data(data or None)
        event = decoder.next_event()
        while not isinstance(event, Epilogue | NeedData):
            yield event
            event = decoder.next_event()
        is_head = decoder.state in (State.PREAMBLE, State.PART)
        if is_head and len(decoder.buffer) > _LONGEST_HEAD:
            raise ValueError("a part with a head that does not end")
