"""Webhooks: the list with how each fares, and the form of one."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...webhooks import actions, queries
from ...webhooks.models import Webhook
from ..access import admin_only
from ..forms import sent_back, show_errors
from ..proving import proved
from . import settings
from .pages import page_of_one, settings_page
from .webhook_form import GROUPS, USUAL, WebhookForm


@settings.get("/webhooks")
@admin_only
def webhooks() -> Any:
    """All of them."""
    return settings_page(
        "settings/webhooks/list.html",
        "webhooks",
        webhooks=queries.webhooks(current_user),
        counts=queries.counts(),
    )


@settings.get("/webhooks/new")
@admin_only
def new_webhook() -> Any:
    """The form of a new one."""
    return _new(WebhookForm(data={"kinds": list(USUAL)}))


@settings.post("/webhooks")
@admin_only
@proved
def add_webhook() -> Any:
    """One more; the answer is its page with the secret, so that this is kept nowhere."""
    form = WebhookForm(request.form)
    try:
        made, secret = actions.make(current_user, form.draft())
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        return sent_back(_new(form), error)
    return _one(made, WebhookForm.of(made), secret=secret)


@settings.get("/webhooks/<int:webhook_id>")
@admin_only
def webhook(webhook_id: int) -> Any:
    """One of them, to change."""
    found = queries.get(current_user, webhook_id)
    return _one(found, WebhookForm.of(found))


@settings.post("/webhooks/<int:webhook_id>")
@admin_only
@proved
def change_webhook(webhook_id: int) -> Any:
    """Change it; its secret stays."""
    found = queries.get(current_user, webhook_id)
    form = WebhookForm(request.form)
    try:
        actions.change(current_user, found, form.draft())
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_one(queries.get(current_user, webhook_id), form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".webhooks"))


@settings.post("/webhooks/<int:webhook_id>/secret")
@admin_only
@proved
def renew_webhook_secret(webhook_id: int) -> Any:
    """Make a new secret, and show it this once."""
    found = queries.get(current_user, webhook_id)
    secret = actions.rotate(current_user, found)
    return _one(found, WebhookForm.of(found), secret=secret)


@settings.post("/webhooks/<int:webhook_id>/active")
@admin_only
def switch_webhook(webhook_id: int) -> Any:
    """Use it again (``on=yes``), or pause it."""
    found = queries.get(current_user, webhook_id)
    if request.form.get("on") == "yes":
        actions.resume(current_user, found)
        flash(_("“%(name)s” is told of what happens again.", name=found.name), "good")
    else:
        actions.pause(current_user, found)
        flash(_("“%(name)s” is paused: nothing is sent.", name=found.name), "good")
    return redirect(url_for(".webhooks"))


@settings.post("/webhooks/<int:webhook_id>/test")
@admin_only
def test_webhook(webhook_id: int) -> Any:
    """Send an event that never happened, and show what comes of it."""
    found = queries.get(current_user, webhook_id)
    try:
        made = actions.test(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
        return redirect(url_for(".webhook", webhook_id=webhook_id))
    return redirect(url_for(".webhook_delivery", webhook_id=webhook_id, delivery_id=made.id))


@settings.post("/webhooks/<int:webhook_id>/remove")
@admin_only
def remove_webhook(webhook_id: int) -> Any:
    """Remove it with all that it was told."""
    found = queries.get(current_user, webhook_id)
    name = found.name
    actions.remove(current_user, found)
    flash(_("“%(name)s” is removed.", name=name), "good")
    return redirect(url_for(".webhooks"))


def _new(form: WebhookForm) -> str:
    return page_of_one("settings/webhooks/new.html", "webhooks", form=form, groups=GROUPS)


def _one(found: Webhook, form: WebhookForm, *, secret: str = "") -> str:
    return settings_page(
        "settings/webhooks/webhook.html",
        "webhooks",
        form=form,
        groups=GROUPS,
        webhook=found,
        secret=secret,
    )
