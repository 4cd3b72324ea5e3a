"""A mail that came: what became of it, its source, what it looked like; those that are held."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from ...errors import NotFound, WrongState
from ...files import content_disposition
from ...i18n import gettext as _
from ...mail import filing, queries, raw
from ...mail.filing.retrying import may_retry
from ...mail.ledger import can_be_asked_for
from ...mail.models import Outcome, ReceivedMail
from ..access import staff_only
from ..headers import framing, sealed
from ..mail_words import OUTCOME_LOOKS, OUTCOME_WORDS, SOURCE_WORDS
from . import desk
from .choices import id_of
from .mail_source import STYLE, HtmlOf, Source, html_of, source_of
from .pages import HELD_MAIL, page


@desk.get("/mail/held")
@staff_only
def held_mails() -> Any:
    """Mails that could not be read or filed: somebody has to look at them."""
    found = queries.held(current_user, page_asked())
    return page(
        "desk/held_mails.html",
        view=HELD_MAIL,
        mails=found.rows,
        **beside(url_for(".held_mails"), {}, found),
    )


@desk.get("/mail/<int:received_id>")
@staff_only
def mail(received_id: int) -> Any:
    """What is known of it, and its source."""
    found = queries.received(current_user, received_id)
    return page(
        "desk/mail.html",
        view=HELD_MAIL if found.outcome is Outcome.HELD else "",
        mail=found,
        source=_source(found),
        duplicates=queries.duplicates(current_user, found),
        may_retry=may_retry(found),
        is_held=found.outcome is Outcome.HELD,
        is_on_server=can_be_asked_for(found),
        has_ticket=queries.may_read(current_user, found) and found.ticket_id is not None,
        outcome_words=OUTCOME_WORDS,
        outcome_looks=OUTCOME_LOOKS,
        source_words=SOURCE_WORDS,
    )


@desk.get("/mail/<int:received_id>/original")
@staff_only
def mail_original(received_id: int) -> Any:
    """The mail as it came, byte for byte."""
    found = queries.received(current_user, received_id)
    answer = Response(_content(found), content_type="message/rfc822")
    answer.headers["Content-Disposition"] = content_disposition(f"mail-{found.id}.eml", False)
    return answer


@desk.get("/mail/<int:received_id>/html")
@staff_only
def mail_html(received_id: int) -> Any:
    """The mail as it was formatted, in a frame that can do nothing."""
    found = queries.received(current_user, received_id)
    shown = _html(found)
    html = page("desk/mail_html.html", mail=found, shown=shown, pictures=_wants_pictures())
    return framing(Response(html, content_type="text/html; charset=utf-8"))


@desk.get("/mail/<int:received_id>/html/body")
@staff_only
def mail_html_body(received_id: int) -> Any:
    """What stands in that frame."""
    shown = _html(queries.received(current_user, received_id))
    html = render_template("desk/mail_html_body.html", html=shown.html, style=STYLE)
    answer = Response(html, content_type="text/html; charset=utf-8")
    return sealed(answer, style=STYLE, remote=_wants_pictures())


@desk.post("/mail/<int:received_id>/retry")
@staff_only
def retry_mail(received_id: int) -> Any:
    """Have it filed once more; with ``as_new``, as a ticket of its own."""
    found = queries.received(current_user, received_id)
    as_new = request.form.get("as_new") == "yes"
    try:
        filing.retry(current_user, found, as_new=as_new)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("It is looked at once more: reload this page in a moment."), "good")
    return redirect(url_for(".mail", received_id=received_id))


def page_asked() -> queries.Page:
    """Which page of a list of mails the address asks for."""
    before, after = (id_of(request.args.get(name, "")) for name in ("before", "after"))
    return queries.Page(before=before, after=after)


def beside(url: str, kept: dict[str, str], found: queries.Paged[Any]) -> dict[str, str]:
    """The addresses of the pages before and after *found*, of the list at *url*."""
    ends = {"older": ("before", found.older), "newer": ("after", found.newer)}
    return {
        name: f"{url}?{urlencode({**kept, end: id_})}" if id_ else ""
        for name, (end, id_) in ends.items()
    }


def _wants_pictures() -> bool:
    return request.args.get("pictures") == "1"


def _content(found: ReceivedMail) -> bytes:
    """The bytes of *found*. Raises NotFound where they are not there or not to be read."""
    if not queries.may_read(current_user, found):
        raise NotFound(_("The file of this mail is not there any more."))
    return raw.read(found.sha256)


def _source(found: ReceivedMail) -> Source | str:
    """Its source; in words, why it can't be shown."""
    try:
        return source_of(_content(found))
    except NotFound as error:
        return error.message


def _html(found: ReceivedMail) -> HtmlOf:
    shown = html_of(_content(found), remote=_wants_pictures())
    if shown is None:
        raise NotFound(_("This mail has no formatted words."))
    return shown
