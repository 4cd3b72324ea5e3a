"""What the forms of all pages share: the rules are the actions', forms show what these say."""

from collections.abc import Mapping

from wtforms import Form

from ..errors import HelpdeskError, Invalid, NotSignedIn, TooMany
from .errors import status_of

Answer = tuple[str, int, dict[str, str]]


def show_errors(form: Form, error: HelpdeskError, names: Mapping[str, str] | None = None) -> None:
    """Hang what *error* says on the fields of *form*.

    *names* maps an action's name of a field to the form's, where the two differ. What belongs to
    no field of the form, and every error that is not Invalid, is said on top of the form.
    """
    if not isinstance(error, Invalid):
        form.form_errors.append(error.message)
        return
    for name, sentences in error.fields.items():
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
