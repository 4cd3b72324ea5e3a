"""``…/attachment``: files sent ahead of their message, and fetched from it."""

from flask import Response

from ..errors import Invalid
from ..files import send, store
from ..i18n import gettext as _
from ..tickets import actions, queries
from . import examples, shaping
from .endpoints import Call, endpoint
from .reading import Shape
from .shapes import Attachment
from .sides import EVERYBODY


class NewUpload(Shape):
    """A form with nothing but a file."""


@endpoint(
    "POST",
    "/{tickets}/attachment",
    sides=EVERYBODY,
    section="{Name} support",
    summary="Upload a File",
    description=(
        "Keeps a file for a message to come, which names its filePath. Nobody else sees it; one "
        "that no message names is removed after a day."
    ),
    message="File uploaded successfully.",
    failure="Failed to upload the file",
    body=NewUpload,
    files="file",
    form_only=True,
    creates=True,
    data=Attachment,
    example=examples.UPLOAD,
)
def upload(call: Call[None, NewUpload]) -> Attachment:
    files = [file for file in call.files if isinstance(file, actions.NewFile)]
    if len(files) != 1:
        raise Invalid({"file": [_("One file is needed here.")]})
    return shaping.attachment(call.side, actions.upload(call.actor, files[0]))


@endpoint(
    "GET",
    "/{tickets}/attachment/<key>",
    sides=EVERYBODY,
    section="{Name} support",
    summary="Get a File",
    description="The file itself: of a message that you may read, or one that you uploaded.",
    message="",
    failure="Failed to retrieve the file",
    errors=(412, 416),
)
def download(call: Call[None, None], key: str) -> Response:
    found = queries.attachment(call.actor, key)
    return send(
        store(),
        found.stored_name,
        file_name=found.file_name,
        content_type=found.content_type,
        etag=found.sha256,
    )
