"""Mailboxes: the list with how each is, and the form of one."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...errors import HelpdeskError, Invalid, WrongState
from ...i18n import gettext as _
from ...mail.mailboxes import actions, checks, queries
from ...mail.mailboxes.presets import preset, preset_for, preset_of_server
from ...mail.mailboxes.servers import Server
from ...mail.models import Mailbox
from ...mail.sending import queries as outbox
from ...shop.queries import shop
from ...tickets.queries import category_names
from ..access import admin_only
from ..forms import sent_back, show_errors
from ..proving import proved
from . import settings
from .mail_form import MailboxForm, ProviderForm, filled
from .pages import page_of_one, settings_page
from .sending import RepeatsForm

_TEST = "test"  # the button that saves and tests


class Line(Struct, frozen=True):
    """A mailbox in the list."""

    mailbox: Mailbox
    category: str
    sends_by: str  # the server, if there is one
    may_go: bool


@settings.get("/mail")
@admin_only
def mail() -> Any:
    """All mailboxes, and what sends."""
    found = queries.mailboxes()
    names = category_names({one.category_id for one in found if one.category_id is not None})
    common = _server_of(None)
    return settings_page(
        "settings/mail/list.html",
        "mail",
        lines=[_line(one, names.get(one.category_id or 0, ""), common) for one in found],
        common=common,
        mail_from=queries.mail_from()[1],
        sends=queries.sending_is_set_up(),
        outbox=outbox.counts(),
        first=queries.default(),
        form=RepeatsForm(data={"repeats": shop().repeats_uncertain}),
    )


@settings.get("/mail/new")
@admin_only
def new_mailbox() -> Any:
    """The form of a new one; ``?address=…&preset=gmail`` fills in what is known of a provider."""
    address = request.args.get("address", "").strip()[:254]
    return _new(MailboxForm(**filled(address, _provider(address))))


@settings.post("/mail")
@admin_only
@proved
def add_mailbox() -> Any:
    """One more."""
    form = MailboxForm(request.form)
    try:
        made = actions.add(current_user, form.draft())
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_new(form), error)
    flash(_("“%(name)s” is added.", name=made.address), "good")
    return _saved(made)


@settings.get("/mail/<int:mailbox_id>")
@admin_only
def mailbox(mailbox_id: int) -> Any:
    """One of them, to change."""
    found = queries.get(current_user, mailbox_id)
    return _one(found, MailboxForm(mailbox=found))


@settings.post("/mail/<int:mailbox_id>")
@admin_only
@proved
def change_mailbox(mailbox_id: int) -> Any:
    """Change it; a password that is left empty stays."""
    found = queries.get(current_user, mailbox_id)
    form = MailboxForm(request.form, found)
    try:
        actions.change(current_user, found, form.draft())
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_one(queries.get(current_user, mailbox_id), form), error)
    flash(_("Saved."), "good")
    return _saved(found)


@settings.post("/mail/<int:mailbox_id>/active")
@admin_only
def switch_mailbox(mailbox_id: int) -> Any:
    """Use it again (``on=yes``), or pause it."""
    found = queries.get(current_user, mailbox_id)
    if request.form.get("on") == "yes":
        actions.resume(current_user, found)
        flash(_("“%(name)s” is used again.", name=found.address), "good")
    else:
        actions.pause(current_user, found)
        flash(_("“%(name)s” is paused: nothing is fetched.", name=found.address), "good")
    return redirect(url_for(".mail"))


@settings.post("/mail/<int:mailbox_id>/remove")
@admin_only
def remove_mailbox(mailbox_id: int) -> Any:
    """Remove one by which no mail has come or gone."""
    found = queries.get(current_user, mailbox_id)
    address = found.address
    try:
        actions.remove(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("“%(name)s” is removed.", name=address), "good")
    return redirect(url_for(".mail"))


def _saved(found: Mailbox) -> Any:
    if request.form.get("then") != _TEST:
        return redirect(url_for(".mail"))
    checks.begin(current_user, found)
    return redirect(url_for(".mailbox_check", mailbox_id=found.id))


def _line(found: Mailbox, category: str, common: Server | None) -> Line:
    sends_by = found.smtp_host or (common.host if common else "")
    may_go = not (found.is_active or found.from_settings or queries.has_history(found))
    return Line(found, category, sends_by, may_go)


def _server_of(found: Mailbox | None) -> Server | None:
    try:
        return queries.smtp_of(found)
    except HelpdeskError:
        return None


def _provider(address: str) -> Any:
    return preset(request.args.get("preset", "")) or preset_for(address)


def _new(form: MailboxForm) -> str:
    provider = ProviderForm(request.args)
    known = _provider(form.address.data or "") or preset_of_server(form.smtp_host.data or "")
    return page_of_one(
        "settings/mail/new.html",
        "mail",
        form=form,
        provider=provider,
        known=known,
        common=_server_of(None),
    )


def _one(found: Mailbox, form: MailboxForm) -> str:
    return settings_page(
        "settings/mail/mailbox.html",
        "mail",
        form=form,
        mailbox=found,
        known=preset_of_server(found.smtp_host) or preset_for(found.address),
        common=_server_of(None),
    )
