"""One request, opened by the link in a mail: read it, answer it, and nothing else of its owner's.

The link's token becomes a cookie that the browser sends for this request's addresses alone. Nobody
is signed in by it: ``current_user`` stays who they are, and no other page knows the cookie.
"""

from typing import Any

from flask import current_app, flash, make_response, redirect, request, url_for
from flask_login import current_user

from ... import i18n
from ...accounts.models import User
from ...errors import HelpdeskError, NotFound
from ...files import send, store
from ...i18n import gettext as _
from ...mail.sending import links
from ...tickets import actions, queries
from ...tickets.models import Ticket
from ..access import anyone
from ..forms import sent_back, show_errors
from ..once import SentBefore, once
from ..uploads import take_files
from . import portal
from .ticket import ReplyForm, page_of

COOKIE = "request_link"


@portal.get("/r/<token>")
@anyone
def open_link(token: str) -> Any:
    """To the request, with the cookie that opens it; whose it is needs none. Writes nothing."""
    user, ticket_id = links.user_of(token)
    if current_user.is_authenticated and current_user.id == user.id:
        return redirect(url_for(".show", id=ticket_id), 303)
    address = url_for(".shown_by_link", id=ticket_id)
    answer = make_response(redirect(address, 303))
    answer.set_cookie(
        COOKIE,
        token,
        max_age=links.LASTS,
        path=address,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


@portal.get("/request/<int:id>")
@anyone
def shown_by_link(id: int) -> Any:
    """The request, as its owner sees it."""
    user, ticket = _opened(id)
    if current_user.is_authenticated and current_user.id == user.id:
        return redirect(url_for(".show", id=ticket.id))
    return _page(id, user, ticket, ReplyForm())


@portal.post("/request/<int:id>/reply")
@anyone
def reply_by_link(id: int) -> Any:
    """Add to the conversation, in the owner's name."""
    user, ticket = _opened(id)
    form = ReplyForm()
    message = form.message.data or ""
    try:
        form.kept = take_files(actor=user)
        with once(user, form.once.data, str(id), message):
            actions.reply(user, ticket, message, form.kept)
    except SentBefore:
        pass  # and it is in the conversation already
    except HelpdeskError as error:
        show_errors(form, error, {"attachments": "files"})
        return sent_back(_page(id, user, ticket, form), error)
    flash(_("Your reply is sent."))
    flash(f"reply-{ticket.id}-{user.id}", "draft-sent")
    return redirect(url_for(".shown_by_link", id=id, _anchor="end"))


@portal.get("/request/<int:id>/files/<key>/<name>")
@anyone
def file_by_link(id: int, key: str, name: str) -> Any:
    """A file of the request; *name* is for the eye."""
    user, ticket = _opened(id)
    found = queries.attachment(user, key)
    if found.message is None or found.message.ticket_id != ticket.id:
        raise NotFound(_("There is no such file."))
    return send(
        store(),
        found.stored_name,
        file_name=found.file_name,
        content_type=found.content_type,
        etag=found.sha256,
    )


def _opened(id: int) -> tuple[User, Ticket]:
    """Whose request *id* is and what has its words now, by the cookie alone. Raises NotFound."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise NotFound(_("Open this request by the link in our mail, or sign in."))
    user, ticket_id = links.user_of(token)
    if ticket_id != id:
        raise NotFound(_("This link does not work any more."))
    i18n.use(user.language)
    return user, queries.get(user, ticket_id)


def _page(id: int, user: User, ticket: Ticket, form: ReplyForm) -> str:
    def address(attachment: Any) -> str:
        return url_for(".file_by_link", id=id, key=attachment.key, name=attachment.file_name)

    reply_url = url_for(".reply_by_link", id=id, _anchor="reply")
    return page_of(user, ticket, form, address, reply_url, by_link=True)
