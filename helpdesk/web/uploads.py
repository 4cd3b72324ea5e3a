"""Files of a form, as actions take them; and those that wait while a form comes back."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from flask import current_app, request

from .. import markdown
from ..accounts.models import User
from ..errors import NotFound
from ..files import IncomingFile
from ..tickets import actions, queries
from ..tickets.actions import NewFile
from ..tickets.models import Attachment


def files_of(field: str = "files") -> list[NewFile]:
    """The files that came in *field*; an empty file input sends one without a name: left out."""
    found: list[NewFile] = []
    for sent in request.files.getlist(field):
        stream: Any = sent.stream
        if sent.filename and isinstance(stream, IncomingFile):
            found.append(NewFile(sent.filename, stream))
    return found


def take_files(actor: User, words: str = "") -> list[Attachment]:
    """The files of *actor*'s form at hand: those that waited since it came back, and new ones.

    Pictures that *words*, Markdown, show are among them whatever else the form says: a browser that
    kept the text alone loses none. New ones are kept before anything else can fail, so a form that
    comes back has them still.
    """
    keys = dict.fromkeys([*request.form.getlist("kept"), *sorted(markdown.embedded(words))])
    return [*_waiting(actor, keys), *(actions.upload(actor, new) for new in files_of())]


def _waiting(actor: User, keys: Iterable[str]) -> list[Attachment]:
    found = []
    for key in islice(keys, current_app.config["MAX_FORM_FILES"]):
        try:
            found.append(queries.unclaimed_upload(actor, key))
        except NotFound:  # swept after a day, or sent meanwhile
            continue
    return found
