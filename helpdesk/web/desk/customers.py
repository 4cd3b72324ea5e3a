"""Customers: the list of them, and the page of one with all that staff know."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import Form, SearchField, TextAreaField

from ...accounts.models import User
from ...errors import Conflict, Invalid, NotFound
from ...i18n import gettext as _
from ...i18n import lazy
from ...people import actions, queries
from ...people.models import Company
from ...privacy import archives
from ...privacy.queries import erasure_of
from ...tickets import queries as tickets
from ...tickets.models import Attachment, Status
from ..access import staff_only
from ..accounts.account import LANGUAGE_NAMES
from ..forms import Needed, sent_back, show_errors
from . import desk
from .asked import Asked
from .choices import STATUS_WORDS, id_of
from .customers_filter import CustomersAsked
from .details_form import DetailsForm
from .pages import page
from .personal_data import CopyForm

ROWS = 50  # customers a page
TICKETS, FILES = 10, 12  # on the page of one
FILES_A_PAGE = 60


class SearchForm(Form):
    """Who is listed."""

    q = SearchField(lazy("Name, e-mail address or company"))


class NoteForm(Form):
    """Something to know about somebody."""

    body = TextAreaField(lazy("New note"), [Needed()])


@desk.get("/customers")
@staff_only
def customers() -> Any:
    """Customers by name, a page at a time, narrowed by the shop's own fields."""
    asked = CustomersAsked(request.args)
    try:
        found = queries.people(
            current_user,
            keyword=asked.keyword,
            matching=asked.condition,
            limit=ROWS,
            cursor=request.args.get("cursor", ""),
        )
    except Invalid:  # a cursor of nowhere: the list from its beginning
        return redirect(asked.url())
    return page(
        "desk/customers/list.html",
        form=SearchForm(data={"q": asked.keyword}),
        people=found.people,
        asked=asked,
        previous=asked.url(found.previous) if found.previous else "",
        next=asked.url(found.next) if found.next else "",
    )


@desk.get("/customers/<int:customer_id>")
@staff_only
def customer(customer_id: int) -> Any:
    """One of them."""
    return customer_page(queries.person(current_user, customer_id))


@desk.post("/customers/<int:customer_id>")
@staff_only
def change_customer(customer_id: int) -> Any:
    """Keep the name and the custom fields, all or none."""
    found = queries.person(current_user, customer_id)
    form = DetailsForm(found, request.form)
    try:
        changed = actions.update_person(current_user, found, form.details(), form.seen())
    except (Invalid, Conflict) as error:
        show_errors(form, error)
        found = queries.person(current_user, customer_id)
        if isinstance(error, Conflict):
            form.show_now(found)
        return sent_back(customer_page(found, form), error)
    flash(_("Saved."), "good") if changed else flash(_("Nothing was changed."), "info")
    return redirect(url_for(".customer", customer_id=customer_id))


@desk.post("/customers/<int:customer_id>/notes")
@staff_only
def note_customer(customer_id: int) -> Any:
    """One more note about them."""
    found, form = queries.person(current_user, customer_id), NoteForm(request.form)
    try:
        actions.add_note(current_user, found, form.body.data or "")
    except Invalid as error:
        show_errors(form, error)
        return sent_back(customer_page(found, note=form), error)
    flash(_("Your note is kept."), "good")
    flash(f"note-{customer_id}-{current_user.id}", "draft-sent")
    return redirect(url_for(".customer", customer_id=customer_id, _anchor="notes"))


@desk.post("/customers/<int:customer_id>/notes/<int:note_id>/delete")
@staff_only
def delete_customer_note(customer_id: int, note_id: int) -> Any:
    """Delete a note for good; the page asks first."""
    if queries.note(current_user, note_id).user_id != customer_id:
        raise NotFound(_("There is no such note."))
    actions.delete_note(current_user, note_id)
    flash(_("The note is deleted."), "good")
    return redirect(url_for(".customer", customer_id=customer_id, _anchor="notes"))


@desk.get("/customers/<int:customer_id>/files")
@staff_only
def customer_files(customer_id: int) -> Any:
    """Every file of their tickets, the newest first; ``?before=`` an attachment goes on."""
    found = queries.person(current_user, customer_id)
    before = id_of(request.args.get("before", "")) or 0
    rows = tickets.attachments_from(
        current_user, found.id, limit=FILES_A_PAGE + 1, before_id=before
    )
    shown = rows[:FILES_A_PAGE]
    older = (
        url_for(".customer_files", customer_id=customer_id, before=shown[-1][0].id)
        if len(rows) > FILES_A_PAGE
        else ""
    )
    return page(
        "desk/customers/files.html",
        person=found,
        files=[row[0] for row in shown],
        file_url=_file_urls(shown),
        older=older,
    )


def customer_page(
    found: User, form: DetailsForm | None = None, note: NoteForm | None = None
) -> str:
    """The page of *found*, with a form that came back. The number of queries is constant."""
    of_theirs = tickets.Filters(requester_id=found.id)
    files = tickets.attachments_from(current_user, found.id, limit=FILES + 1)
    all_of = Asked(rules={"requester": [str(found.id)]})
    return page(
        "desk/customers/customer.html",
        person=found,
        company=company_of(found),
        form=form or DetailsForm(found),
        note=note or NoteForm(),
        notes=queries.notes(current_user, found),
        language_name=LANGUAGE_NAMES.get(found.language, found.language),
        last_seen=queries.last_seen(found),
        merged=queries.merged_into(found),
        into=None if found.merged_into_id is None else _into(found.merged_into_id),
        staying=queries.would_stay(current_user, found),
        tickets=tickets.listing(current_user, of_theirs, tickets.Page(limit=TICKETS)).rows,
        counts=_counts(found, all_of),
        all_url=all_of.list_url(),
        files=[row[0] for row in files[:FILES]],
        has_more_files=len(files) > FILES,
        erased=erasure_of(found.id) is not None,
        copy=archives.latest(current_user, found) if current_user.is_admin else None,
        copy_form=CopyForm(),
        file_url=_file_urls(files),
    )


def company_of(found: User) -> Company | None:
    """Where *found* works, if that is known."""
    return None if found.company_id is None else queries.company(current_user, found.company_id)


def _into(user_id: int) -> User | None:
    try:
        return queries.person(current_user, user_id)
    except NotFound:
        return None


def _counts(found: User, all_of: Asked) -> list[tuple[str, str, int, str]]:
    """Each status with its word, how many of theirs have it, and where those are listed."""
    counted = queries.status_counts(current_user, found)
    return [
        (status.value, str(STATUS_WORDS[status]), counted[status], _list_url(all_of, status))
        for status in Status
    ]


def _list_url(all_of: Asked, status: Status) -> str:
    return all_of.list_url(rules={**all_of.rules, "status": [status.value]})


def _file_urls(rows: Any) -> Any:
    """The addresses of files, each below its ticket's."""
    ticket_of = {row[0].id: row[1] for row in rows}

    def url(file: Attachment) -> str:
        return url_for(
            "web.desk.file", ticket_id=ticket_of[file.id], key=file.key, name=file.file_name
        )

    return url
