"""What the forms of all pages share: the rules are the actions', forms show what these say."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.fields.simple import FileField

from ..errors import HelpdeskError, Invalid, NotSignedIn, TooLarge, TooMany
from ..statuses import status_of

Answer = tuple[str, int, dict[str, str]]
_SENT = object()  # a form is filled with what was sent, if it isn't said with what


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form of a page; its CSRF token is checked for all pages in signing_in.py."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """Words, and files only where a field is for files: whoever sends a file, or JSON, in
            the place of an address has sent none."""
            return _sent_to(form) if formdata is _SENT else formdata

    def __init__(self, formdata: Any = _SENT, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, **kwargs)


def _sent_to(form: Form) -> MultiDict[str, Any] | None:
    if request.method != "POST":
        return None
    sent = MultiDict[str, Any](request.form)
    for field in form:
        files = request.files.getlist(field.name) if isinstance(field, FileField) else ()
        if files:
            sent.setlist(field.name, files)
    return sent or None


class Needed:
    """Marks a field that may not stay empty: the browser asks for it, the action insists."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Nothing is checked here, so that the action can tell of every bad field at once."""


def show_errors(form: Form, error: HelpdeskError, names: Mapping[str, str] | None = None) -> None:
    """Hang what *error* says on the fields of *form*.

    *names* maps an action's name of a field to the form's, where the two differ. What belongs to
    no field of the form is said on top of it, as is every error that is not about fields.
    """
    for name, sentences in _fields_of(error).items():
        name = (names or {}).get(name, name)
        if name in form:
            form[name].errors = [*form[name].errors, *sentences]
        else:
            form.form_errors.extend(sentences)


def sent_back(page: str, error: HelpdeskError | None = None) -> Answer:
    """The answer to a form that comes back to be corrected: *page* with the fitting status."""
    if error is None or isinstance(error, NotSignedIn):
        return page, 422, {}
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return page, status_of(error), headers


def _fields_of(error: HelpdeskError) -> Mapping[str, list[str]]:
    if isinstance(error, Invalid):
        return error.fields
    return {"files" if isinstance(error, TooLarge) else "": [error.message]}
