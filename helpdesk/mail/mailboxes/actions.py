"""Mailboxes: added, changed, paused, removed. No event, answer or log ever has a password."""

from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Invalid, WrongState
from ...events import record
from ...i18n import gettext as _
from ..models import Mailbox, MailboxCheck, OutgoingMail
from . import policy, queries
from .drafts import MailboxDraft, checked

_SECRETS = ("imap_password", "smtp_password")
_SENDING = (
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_user",
    "smtp_password",
    "smtp_password_file",
)
# What a person, or the settings, decide; the rest is what happened.
_FACTS = (
    "name",
    "address",
    "sender_name",
    "category_id",
    "signature",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_password_file",
    "imap_folder",
    "files_old_mail",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_user",
    "smtp_password_file",
    "reply_tag",
    "authserv_id",
    "is_active",
    "from_settings",
)


def add(actor: Actor, draft: MailboxDraft) -> Mailbox:
    """Add a mailbox; it is in use at once. Raises NotAllowed, Invalid."""
    policy.require_manager(actor)
    with transaction():
        return put(actor.id, None, check(draft))


def change(actor: Actor, mailbox: Mailbox, draft: MailboxDraft) -> Mailbox:
    """Make *mailbox* what *draft* says; an empty password stays as it is.

    What the settings say of it (HELPDESK_IMAP_URL) stays, whatever *draft* says.
    Raises NotAllowed, Invalid.
    """
    policy.require_manager(actor)
    with transaction():
        return put(actor.id, mailbox, check(draft, mailbox))


def check(draft: MailboxDraft, mailbox: Mailbox | None = None) -> dict[str, Any]:
    """The columns of *mailbox*, or of a new one, that is what *draft* says. Raises Invalid."""
    settled = frozenset() if mailbox is None else queries.settled(mailbox)
    values = checked(draft, mailbox, settled)
    _require_unique(values, mailbox)
    return values


def pause(actor: Actor, mailbox: Mailbox) -> None:
    """Fetch nothing from *mailbox* and send nothing by it for now. Raises NotAllowed."""
    _switch(actor, mailbox, is_active=False)


def resume(actor: Actor, mailbox: Mailbox) -> None:
    """Use *mailbox* again. Raises NotAllowed."""
    _switch(actor, mailbox, is_active=True)


def remove(actor: Actor, mailbox: Mailbox) -> None:
    """Remove a paused mailbox by which no mail has come or gone. Raises NotAllowed, WrongState."""
    policy.require_manager(actor)
    with transaction():
        if mailbox.is_active:
            raise WrongState(_("Pause this mailbox first."))
        if mailbox.from_settings:
            raise WrongState(_("This mailbox is in the settings file: take it out there."))
        if queries.has_history(mailbox):
            raise WrongState(
                _("Mail has come or gone by this mailbox, so it stays in the ledger, and paused.")
            )
        before = _facts(mailbox)
        _forget_tests(mailbox)
        db.session.delete(mailbox)
        db.session.flush()
        record(actor.id, "mailbox.removed", before=before)


def put(actor_id: int | None, mailbox: Mailbox | None, values: dict[str, Any]) -> Mailbox:
    """Make *mailbox*, or a new one, what *values* (checked ones) say. Inside a transaction()."""
    if mailbox is None:
        mailbox = Mailbox(**values, created_at=clock.now())
        db.session.add(mailbox)
        db.session.flush()
        record(actor_id, "mailbox.added", after=_facts(mailbox))
        return mailbox
    before, secrets = _facts(mailbox), _of(mailbox, _SECRETS)
    sending = _of(mailbox, _SENDING)
    for name, value in values.items():
        setattr(mailbox, name, value)
    if _of(mailbox, _SENDING) != sending:  # whether it works now only the next mail can tell
        mailbox.smtp_failing_since, mailbox.smtp_error = None, ""
    changed = [name for name in _SECRETS if getattr(mailbox, name) != secrets[name]]
    after = _facts(mailbox)
    if after != before or changed:
        db.session.flush()
        told = after | {"new_passwords": changed} if changed else after
        record(actor_id, "mailbox.changed", before=before, after=told)
    return mailbox


def _switch(actor: Actor, mailbox: Mailbox, *, is_active: bool) -> None:
    policy.require_manager(actor)
    with transaction():
        if mailbox.is_active == is_active:
            return
        mailbox.is_active = is_active
        kind = "mailbox.resumed" if is_active else "mailbox.paused"
        record(actor.id, kind, after={"id": mailbox.id, "name": mailbox.name})


def _forget_tests(mailbox: Mailbox) -> None:
    """Let no test name *mailbox* any more; the mails to itself stay in the outbox."""
    db.session.execute(sa.delete(MailboxCheck).where(MailboxCheck.mailbox_id == mailbox.id))
    mails = sa.update(OutgoingMail).where(OutgoingMail.mailbox_id == mailbox.id)
    db.session.execute(mails.values(mailbox_id=None))


def _require_unique(values: dict[str, Any], mailbox: Mailbox | None = None) -> None:
    """Raise Invalid where another mailbox has this name or address."""
    errors: dict[str, list[str]] = {}
    for other in queries.mailboxes():
        if mailbox is not None and other.id == mailbox.id:
            continue
        if other.name == values["name"]:
            errors["name"] = [_("There is a mailbox with this name already.")]
        if other.address == values.get("address"):
            errors["address"] = [_("There is a mailbox with this address already.")]
    if errors:
        raise Invalid(errors)


def _facts(mailbox: Mailbox) -> dict[str, Any]:
    return {"id": mailbox.id} | _of(mailbox, _FACTS)


def _of(mailbox: Mailbox, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(mailbox, name) for name in names}
