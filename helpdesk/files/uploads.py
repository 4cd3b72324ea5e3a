"""Files that come with a request: straight from the socket into the data folder."""

import binascii
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from flask import Request, current_app, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict

from ..errors import TooLarge, Unreadable
from ..i18n import gettext as _
from .current import store
from .errors import BadBase64
from .forms import FormParser
from .incoming import IncomingFile

_SLICE = 64 * 1024  # characters of base64 at a time
_SPACES = re.compile(rb"[ \t\r\n]+")


class DeskRequest(Request):
    """A request whose uploads are IncomingFiles; those that nobody kept go when it ends.

    A form that does not arrive whole is 400 and leaves no file. The size of all is limited by
    ``max_content_length``, the number of files (each is an open descriptor) by the app's
    ``MAX_FORM_FILES``.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(environ, *args, **options)
        self.incoming: list[IncomingFile] = []
        self._parser: FormParser | None = None

    def discard_leftovers(self) -> None:
        """Remove what came in and was not kept."""
        for file in self.incoming:
            file.discard()
        self.incoming.clear()

    def close(self) -> None:
        super().close()
        self.discard_leftovers()

    def make_form_data_parser(self) -> FormParser:
        self._parser = FormParser(
            self._get_file_stream,
            max_form_parts=self.max_form_parts,
            max_content_length=self.max_content_length,
            cls=self.parameter_storage_class,
            silent=False,  # werkzeug would take a broken form for an empty one
        )
        return self._parser

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            super()._load_form_data()
        except Exception as error:
            # Whoever words the error may look at the form: all of it where only a file could not be
            # kept, else it is empty, not the rest of it.
            words = None if self._parser is None else self._parser.words
            self.__dict__.update(form=ImmutableMultiDict(words), files=ImmutableMultiDict())
            self.discard_leftovers()
            if isinstance(error, ValueError):
                raise Unreadable(
                    _("The form did not arrive whole. Please send it again.")
                ) from error
            raise

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        most = current_app.config["MAX_FORM_FILES"]
        if len(self.incoming) >= most:
            raise TooLarge(_("These are too many files: at most %(most)s at once.", most=most))
        file = store().receive(self.max_content_length, filename or "")
        self.incoming.append(file)
        return cast(IO[bytes], file)


def receive(limit: int | None = None, file_name: str = "") -> IncomingFile:
    """An empty file of the current app's store; within a request it goes with it unless kept."""
    file = store().receive(limit, file_name)
    if has_request_context():
        cast(DeskRequest, request).incoming.append(file)
    return file


def from_base64(
    content: str | Iterable[str], *, limit: int | None = None, file_name: str = ""
) -> IncomingFile:
    """Decode *content* (RFC 4648 section 4, padded) slice by slice into a file, at its start.

    Line ends, spaces and tabs are skipped; a ``data:`` address or the URL alphabet are refused.
    *limit* is in decoded bytes. Raises BadBase64, TooLarge, StorageFull or StorageFailed; nothing
    of the file is left then.
    """
    file = receive(limit, file_name)
    try:
        for decoded in _decoded(_slices(content)):
            file.write(decoded)
        file.seek(0)
    except BaseException:
        file.discard()
        raise
    return file


def _slices(content: str | Iterable[str]) -> Iterator[bytes]:
    for text in (content,) if isinstance(content, str) else content:
        for start in range(0, len(text), _SLICE):
            try:
                yield _SPACES.sub(b"", text[start : start + _SLICE].encode("ascii"))
            except UnicodeEncodeError as error:
                raise _bad() from error


def _decoded(slices: Iterable[bytes]) -> Iterator[bytes]:
    rest, has_ended = b"", False
    for piece in slices:
        if not piece:
            continue
        if has_ended:
            raise _bad()  # something after the padding
        piece = rest + piece
        whole = len(piece) - len(piece) % 4
        rest = piece[whole:]
        try:
            yield binascii.a2b_base64(piece[:whole], strict_mode=True)
        except binascii.Error as error:
            raise _bad() from error
        has_ended = piece[:whole].endswith(b"=")
    if rest:
        raise _bad()


def _bad() -> BadBase64:
    return BadBase64(_("This is not base64."))
